import { create, createFolder } from './files.ts';
import { folderOf } from './paths.ts';

/** Keeps new texts beside the tree, under the paths that they will have, until all of them are there. */
export class Staging {
  /** Staged files, by path. */
  readonly files: string[] = [];
  /** What has to move: the staged files, but folders that are new as a whole move as one, which is much faster. */
  readonly moves = new Set<string>();

  readonly #folder: string;
  readonly #created = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes one text. `missingFolder` is the topmost folder on its way that the tree does not have yet. */
  put(path: string, text: string, missingFolder: string | undefined): void {
    const folder = folderOf(path);
    if (!this.#created.has(folder)) createFolder(`${this.#folder}/${folder}`);
    this.#created.add(folder);
    create(`${this.#folder}/${path}`, text);
    this.files.push(path);
    this.moves.add(missingFolder ?? path);
  }
}

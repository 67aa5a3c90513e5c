import { type Stats, readlinkSync } from 'node:fs';
import { look } from './files.ts';
import { folderOf } from './paths.ts';

/** What stands at the path of a file. */
export interface Place {
  /** The file; left out when there is none. */
  readonly file?: Stats;
  /** The topmost folder on the way that does not exist yet. */
  readonly missingFolder?: string;
  /** Why nothing may be written or deleted there. */
  readonly problem?: string;
}

const PRESENT: Place = {};

/** Looks at places below a root, and at each folder on the way only once. Never follows a link. */
export class Folders {
  readonly #root: string;
  readonly #known = new Map<string, Place>([['', PRESENT]]);

  constructor(root: string) {
    this.#root = root;
  }

  /** What stands at `path`, which must be a safe one. */
  find(path: string): Place {
    const folder = this.#findFolder(folderOf(path));
    if (folder !== PRESENT) return folder;
    const file = look(`${this.#root}/${path}`);
    if (file === undefined) return PRESENT;
    if (file.isFile()) return { file };
    return { problem: this.#describe(path, file) };
  }

  /** Why the folders on the way to `path` cannot be gone through. */
  findProblemAbove(path: string): string | undefined {
    return this.#findFolder(folderOf(path)).problem;
  }

  #findFolder(folder: string): Place {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const parent = this.#findFolder(folderOf(folder));
    const found = parent === PRESENT ? this.#lookAtFolder(folder) : parent;
    this.#known.set(folder, found);
    return found;
  }

  #lookAtFolder(folder: string): Place {
    const stats = look(`${this.#root}/${folder}`);
    if (stats === undefined) return { missingFolder: folder };
    return stats.isDirectory() ? PRESENT : { problem: this.#describe(folder, stats, 'where a folder is needed') };
  }

  #describe(path: string, stats: Stats, where = 'where a file is needed'): string {
    return `${path}: ${nameKind(`${this.#root}/${path}`, stats)} stands ${where}; move it away or delete it`;
  }
}

function nameKind(path: string, stats: Stats): string {
  if (stats.isSymbolicLink()) return `a symbolic link to ${readlinkSync(path)}`;
  if (stats.isDirectory()) return 'a folder';
  return stats.isFile() ? 'a file' : 'a special file';
}

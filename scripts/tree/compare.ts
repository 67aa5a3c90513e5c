import { hash } from 'node:crypto';
import type { FileRecord } from './cache.ts';
import type { TreeChanges, TreeEntry } from './entry.ts';
import { read } from './files.ts';
import { Folders, type Place } from './folders.ts';
import { digestOf } from './inventory.ts';
import type { KnownTree } from './known-tree.ts';
import { PathClaims, findPathProblem } from './paths.ts';

/** How to compare. */
export interface CompareOptions {
  /**
   * The folders (or single files) that this run is about: `['dev', 'prod/hello']`. Owned files elsewhere are left alone.
   *
   * @default the whole tree
   */
  readonly covers?: readonly string[];

  /**
   * Renders every file, whatever its fingerprint says, and reports where the cache was wrong.
   *
   * @default false
   */
  readonly verify?: boolean;
}

/** Takes a new text before the next one is rendered. `missingFolder` is the topmost folder on the way that is not there yet. */
export type Stage = (path: string, text: string, missingFolder: string | undefined) => void;

/** A record that is to be completed by a look at the file once it is in its place. */
export const NOT_SEEN = -1;

/** Compares what a run produces with what is in the tree, one file at a time. */
export class Comparison {
  /** What problems the run would meet; while there is one, nothing may be written. */
  readonly problems = new Set<string>();
  /** What is new about files; those that are to be written are not seen yet. */
  readonly updates = new Map<string, FileRecord>();
  /** Owned files that are no longer produced. */
  readonly dropped: string[] = [];

  readonly #known: KnownTree;
  readonly #options: CompareOptions;
  readonly #stage: Stage;
  readonly #folders: Folders;
  readonly #claims = new PathClaims();
  readonly #changes = { added: [], changed: [], removed: [], unchanged: [], edited: [], disagreeing: [] } as Record<
    keyof TreeChanges,
    string[]
  >;

  constructor(known: KnownTree, options: CompareOptions, stage: Stage) {
    this.#known = known;
    this.#options = options;
    this.#stage = stage;
    this.#folders = new Folders(known.root);
  }

  /** Compares one file; renders it only when needed. */
  add(entry: TreeEntry): void {
    const problem = this.#findProblem(entry);
    const place = problem === undefined ? this.#folders.find(entry.path) : { problem };
    const record = this.#known.cache.get(entry.path);
    if (place.problem !== undefined) this.problems.add(place.problem);
    else if (this.#options.verify !== true && this.#isUpToDate(entry, place, record)) this.#changes.unchanged.push(entry.path);
    else this.#compareText(entry, place, record);
  }

  /** Finds what is no longer produced. Call it after the last file. */
  finish(): TreeChanges {
    for (const path of Object.keys(this.#known.inventory)) {
      if (this.#claims.has(path)) continue;
      if (this.#covers(path)) this.#drop(path);
      else if (this.#changes.added.length > 0) this.#keep(path);
    }
    return this.#changes;
  }

  #covers(path: string): boolean {
    return this.#options.covers?.some((cover) => path === cover || path.startsWith(`${cover}/`)) ?? true;
  }

  #findProblem(entry: TreeEntry): string | undefined {
    if (this.#covers(entry.path)) return this.#claims.claim(entry);
    return `${entry.path} (${entry.source()}) is outside what this run is about: ${this.#options.covers?.join(', ')}`;
  }

  /** The inventory comes from a repository and may say anything; it must not lead a deletion outside the tree. */
  #drop(path: string): void {
    const unsafe = findPathProblem(path);
    const place = unsafe === undefined ? this.#folders.find(path) : { problem: `${JSON.stringify(path)} in the inventory ${unsafe}` };
    if (place.problem !== undefined) this.problems.add(place.problem);
    this.dropped.push(path);
    if (place.file === undefined) return;
    if (this.#digestOnDisk(path) !== digestOf(this.#known.inventory, path)) {
      this.problems.add(`${path}: it is no longer made, but is not as Fleetwright wrote it either; move it away or delete it`);
    }
    this.#changes.removed.push(path);
  }

  #keep(path: string): void {
    const problem = this.#claims.claim({ path, source: () => 'an earlier run' });
    if (problem !== undefined) this.problems.add(problem);
  }

  /** Whether a file is what its fingerprint promises, and has not been touched since, or not in its text. */
  #isUpToDate({ path, fingerprint }: TreeEntry, { file }: Place, record: FileRecord | undefined): boolean {
    if (file === undefined || record === undefined || record.fingerprint !== fingerprint) return false;
    if (record.digest !== digestOf(this.#known.inventory, path)) return false;
    const isAsSeen = record.size === file.size && record.changeTime === file.ctimeMs;
    // A change within the same tick of the clock as the one we have seen would look the same, as long as nothing came after it.
    if (isAsSeen && record.changeTime < this.#known.cache.savedAt) return true;
    if (this.#digestOnDisk(path) !== record.digest) return false;
    if (!isAsSeen) this.updates.set(path, { ...record, size: file.size, changeTime: file.ctimeMs });
    return true;
  }

  #compareText(entry: TreeEntry, { file, missingFolder }: Place, record: FileRecord | undefined): void {
    const { path, fingerprint } = entry;
    const text = entry.render(record?.note);
    const { note = '' } = entry;
    const digest = hash('sha256', text);
    if (record?.fingerprint === fingerprint && record.digest !== digest) this.#changes.disagreeing.push(path);

    const owned = digestOf(this.#known.inventory, path);
    const onDisk = file === undefined ? undefined : this.#digestOnDisk(path);
    if (file !== undefined && onDisk === digest) {
      this.#changes.unchanged.push(path);
      this.updates.set(path, { digest, fingerprint, note, size: file.size, changeTime: file.ctimeMs });
    } else if (file !== undefined && owned === undefined) {
      this.problems.add(`${path}: a file that Fleetwright did not write stands there; move it away or delete it`);
    } else {
      this.#changes[file === undefined ? 'added' : 'changed'].push(path);
      if (file !== undefined && onDisk !== owned) this.#changes.edited.push(path);
      this.updates.set(path, { digest, fingerprint, note, size: NOT_SEEN, changeTime: NOT_SEEN });
      this.#stage(path, text, missingFolder);
    }
  }

  #digestOnDisk(path: string): string {
    return hash('sha256', read(`${this.#known.root}/${path}`));
  }
}

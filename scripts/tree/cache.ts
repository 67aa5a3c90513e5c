import { dirname } from 'node:path';
import { createFolder, look, readIfPresent, replace } from './files.ts';

/** First line of the file; another one means another layout. */
const HEADER = 'fleetwright output cache 2';

/** Lines of a file: path, fingerprint, digest, size, change time, note. */
const FIELDS = 6;

/** What is known of a file since it was written or compared. */
export interface FileRecord {
  readonly fingerprint: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
  /** Length in bytes, as the file system tells. */
  readonly size: number;
  /** Milliseconds since 1970 of the last change of the file's data, name or rights; no program can set it back. */
  readonly changeTime: number;
  /** What its maker wanted to be remembered when it was rendered last. */
  readonly note: string;
}

/**
 * What is known of each file. Nothing depends on it but speed.
 *
 * It is kept as the lines of its file, and searched from where the last search ended: runs ask in the order in which the run
 * before has asked, so that most of them never build an index or a record that they do not use.
 */
export class FileCache {
  readonly #path: string | undefined;
  readonly #lines: string[];
  #index: Map<string, number> | undefined;
  #next = 1;
  #isChanged = false;
  #hasGaps = false;
  #savedAt: number;

  /** Reads the cache at `path`; empty when there is none or it is of another version. Without a path nothing is remembered. */
  constructor(path: string | undefined) {
    this.#path = path;
    this.#savedAt = this.#lookAtSelf();
    const lines = (path === undefined ? '' : (readIfPresent(path) ?? '')).split('\n');
    this.#lines = lines[0] === HEADER ? lines.slice(0, lines.length - ((lines.length - 1) % FIELDS)) : [HEADER];
  }

  /** When the cache was saved, in milliseconds since 1970 by the clock of the file system; 0 for never. */
  get savedAt(): number {
    return this.#savedAt;
  }

  /** What is known of a file. */
  get(path: string): FileRecord | undefined {
    const at = this.#find(path);
    if (at === undefined) return undefined;
    const lines = this.#lines;
    return {
      fingerprint: lines[at + 1] ?? '',
      digest: lines[at + 2] ?? '',
      size: Number(lines[at + 3]),
      changeTime: Number(lines[at + 4]),
      note: lines[at + 5] ?? '',
    };
  }

  /** Remembers a file. */
  set(path: string, { fingerprint, digest, size, changeTime, note }: FileRecord): void {
    const at = this.#find(path) ?? this.#lines.length;
    this.#lines.splice(at, FIELDS, path, fingerprint, digest, String(size), String(changeTime), note);
    this.#index?.set(path, at);
    this.#isChanged = true;
  }

  /** Forgets a file. Its lines stay, without a path, until the cache is saved. */
  delete(path: string): void {
    const at = this.#find(path);
    if (at === undefined) return;
    this.#lines[at] = '';
    this.#isChanged = true;
    this.#hasGaps = true;
  }

  /** Writes the cache if it changed. */
  save(): void {
    if (this.#path === undefined || !this.#isChanged) return;
    createFolder(dirname(this.#path));
    const hasPath = (line: number) => line === 0 || this.#lines[line - ((line - 1) % FIELDS)] !== '';
    const lines = this.#hasGaps ? this.#lines.filter((_, line) => hasPath(line)) : this.#lines;
    replace(this.#path, `${lines.join('\n')}\n`);
    this.#isChanged = false;
    this.#savedAt = this.#lookAtSelf();
  }

  #lookAtSelf(): number {
    return this.#path === undefined ? 0 : (look(this.#path)?.mtimeMs ?? 0);
  }

  #find(path: string): number | undefined {
    if (this.#lines[this.#next] !== path) this.#next = this.#search(path);
    if (this.#next >= this.#lines.length) return undefined;
    const at = this.#next;
    this.#next += FIELDS;
    return at;
  }

  #search(path: string): number {
    this.#index ??= new Map(this.#paths());
    return this.#index.get(path) ?? this.#lines.length;
  }

  *#paths(): Generator<[string, number]> {
    for (let at = 1; at < this.#lines.length; at += FIELDS) yield [this.#lines[at] ?? '', at];
  }
}

import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { FleetwrightError } from '../../constructs/index.ts';

/** The end of the name under which a file waits until it is whole. */
export const UNFINISHED = '.unfinished';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; give this user the right to write there, or choose another folder',
  EDQUOT: 'the disk quota is used up; free some space and run again',
  EEXIST: 'something is in the way; move it away and run again',
  EISDIR: 'a folder stands there; move it away and run again',
  EFTYPE: 'it is not a plain file; delete it and run again',
  ENAMETOOLONG: 'the path is too long for this file system; choose a shorter root or shorter names',
  ENOSPC: 'the disk is full; free some space and run again',
  ENOTDIR: 'a file stands where a folder is needed; move it away and run again',
  ENOTEMPTY: 'a folder that is not empty stands there; move it away and run again',
  EPERM: 'not permitted; give this user the right to write there, or choose another folder',
  EROFS: 'the file system is read-only; make it writable, or choose another folder',
  EXDEV: 'it is on another file system than the root; keep the whole tree on one',
};

/** The file system refused something. Becomes a `FleetwrightError` in `telling`. */
export class FileFailure extends Error {
  /** The system's name for the reason: `ENOSPC`. */
  readonly code: string;

  constructor(action: string, path: string, cause: unknown) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    super(`Cannot ${action} ${path}: ${REASONS[code] ?? message}.`, { cause });
    this.code = code;
  }
}

/** Runs something that works on files; when the file system refuses, tells the user why and, by `consequence`, what became of the tree. */
export function telling<Result>(consequence: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    throw new FleetwrightError('FW_OUTPUT_FAILED', `${error.message} ${consequence}`, { cause: error.cause });
  }
}

/** What stands at a path, links not followed; `undefined` for nothing. */
export function look(path: string): Stats | undefined {
  return attempt('look at', path, () => lstatSync(path, { throwIfNoEntry: false }));
}

/** The bytes of a file. */
export function read(path: string): Buffer {
  return attempt('read', path, () => readFileSync(path));
}

/** The text of a file, or `undefined` when there is none. Links are not followed, and nothing is waited for, as at a pipe. */
export function readIfPresent(path: string): string | undefined {
  const stats = look(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new FileFailure('read', path, { code: 'EFTYPE' });
  return read(path).toString('utf8');
}

/** The names of what is in a folder. */
export function list(path: string): string[] {
  return attempt('read the folder', path, () => readdirSync(path));
}

/** Writes a new file; fails when something stands at its path. */
export function create(path: string, text: string): void {
  // With the encoding said, Node.js opens, writes and closes in one step.
  attempt('write', path, () => writeFileSync(path, text, { encoding: 'utf8', flag: 'wx' }));
}

/** Writes a file whole or not at all, by way of a neighbour whose name ends in `UNFINISHED`; a link there is not followed. */
export function replace(path: string, text: string): void {
  const next = `${path}${UNFINISHED}`;
  try {
    create(next, text);
  } catch (error) {
    if (!(error instanceof FileFailure) || error.code !== 'EEXIST') throw error;
    removeFolder(next);
    create(next, text);
  }
  move(next, path);
}

/** Moves a file or folder within one file system, over a file that may stand there. */
export function move(from: string, to: string): void {
  attempt('write', to, () => renameSync(from, to));
}

/** Deletes a file. */
export function remove(path: string): void {
  attempt('delete', path, () => unlinkSync(path));
}

/** Deletes a folder with all that is in it; links in it are deleted, not followed. */
export function removeFolder(path: string): void {
  attempt('delete', path, () => rmSync(path, { recursive: true, force: true }));
}

/** Deletes a folder if nothing is in it. Returns whether it is gone, now or before. */
export function removeIfEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Throws when this user may not create or delete files in the folder. */
export function assertWritable(folder: string): void {
  attempt('write to the folder', folder, () => accessSync(folder, constants.W_OK | constants.X_OK));
}

/** Creates a folder and those above it, where missing. Returns whether anything had to be created. */
export function createFolder(path: string): boolean {
  return attempt('create the folder', path, () => mkdirSync(path, { recursive: true })) !== undefined;
}

function attempt<Result>(action: string, path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new FileFailure(action, path, error);
  }
}

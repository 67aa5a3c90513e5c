import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folders that this process holds: its own pid in a file tells nothing when every container's first process is number 1. */
const held = new Set<string>();

/**
 * Makes sure that one process at a time uses a folder: a file `lock` in it names the holder. Only the lock of a process that is gone is taken over.
 *
 * @returns a function that gives the folder back
 * @throws Error naming the holder's pid
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(resolve(folder), 'lock');
  if (held.has(path)) throw new Error(inUse(folder, String(process.pid)));
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    take(folder, path, own);
  } finally {
    rmSync(own, { force: true });
  }
  held.add(path);
  return () => {
    if (held.delete(path)) rmSync(path, { force: true });
  };
}

function take(folder: string, path: string, own: string): void {
  for (let left = 3; ; left -= 1) {
    try {
      linkSync(own, path);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const found = read(path);
    const [pid = '', start = ''] = found.trim().split(' ');
    if (left === 0 || (pid !== String(process.pid) && isAlive(Number(pid), start))) throw new Error(inUse(folder, pid));
    setAside(path, found, `${own}.old`);
  }
}

/** Moves a dead process's lock away. If another process has replaced it since it was read, that one is put back. */
function setAside(path: string, expected: string, aside: string): void {
  try {
    renameSync(path, aside);
    if (read(aside) !== expected) linkSync(aside, path);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function inUse(folder: string, pid: string): string {
  return `The folder '${folder}' is used by process ${pid}; an embedded database serves one process only. Stop that process, or use PostgreSQL`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return '';
    throw error;
  }
}

function isAlive(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  return startOf(pid) === start;
}

/** When a process began, in ticks since the machine did, so that a number that is used again is not taken for its old owner. Linux only. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { FleetwrightError } from '../../constructs/index.ts';
import { FileFailure, create, move, readIfPresent, remove, removeFolder } from './files.ts';

/** How long a lock may take to be written after it was created. */
const GRACE_MS = 200;

/** The end of the name of a dead lock while it is taken over. */
const STALE = '.stale';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, for people. */
  readonly started: string;
  /** When the process began, as the kernel counts; tells a process from a later one with the same pid. Empty where unknown. */
  readonly birth: string;
  /** One lock, told from all others. */
  readonly token: string;
}

/** The right to write a tree: one process at a time. */
export class Lock {
  readonly #path: string;
  readonly #text: string;

  /**
   * Takes the lock at `path`, whose folder exists. A lock whose process is gone is taken over, however young; one whose process
   * lives, or cannot be looked for because it is on another host, is not, however old.
   *
   * @param doing what its holder does, for people
   * @throws FleetwrightError with `FW_OUTPUT_LOCKED`, naming the process that holds it.
   */
  static take(path: string, doing = 'is writing the same output tree'): Lock {
    const text = `${JSON.stringify(describeSelf())}\n`;
    if (!tryCreate(path, text)) takeOver(path, text, doing);
    return new Lock(path, text);
  }

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws when another process has taken the lock away, which happens only if someone deleted it. */
  assertHeld(): void {
    const text = readIfPresent(this.#path);
    if (text !== this.#text) throw refuse(this.#path, parseHolder(text ?? ''));
  }

  /** Gives the lock back. */
  release(): void {
    removeFolder(`${this.#path}${STALE}`);
    if (readIfPresent(this.#path) === this.#text) remove(this.#path);
  }
}

function tryCreate(path: string, text: string): boolean {
  try {
    create(path, text);
    return true;
  } catch (error) {
    if (error instanceof FileFailure && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead lock aside before taking its place, so that of two processes that find it only one gets it. */
function takeOver(path: string, text: string, doing: string): void {
  const found = readSettled(path);
  const holder = parseHolder(found);
  if (holder !== undefined && isAlive(holder)) throw refuse(path, holder, doing);

  const moved = moveAside(path);
  if (moved !== undefined && moved !== found) tryCreate(path, moved);
  if (!tryCreate(path, text)) throw refuse(path, parseHolder(readSettled(path)), doing);
}

/** Takes a lock off its path and returns what it said; `undefined` when another process was faster. */
function moveAside(path: string): string | undefined {
  try {
    move(path, `${path}${STALE}`);
  } catch (error) {
    if (error instanceof FileFailure && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const text = readIfPresent(`${path}${STALE}`);
  removeFolder(`${path}${STALE}`);
  return text;
}

/** The text of a lock; when it is not whole, its process may be about to write it, or was killed there. */
function readSettled(path: string): string {
  const text = readIfPresent(path) ?? '';
  if (parseHolder(text) !== undefined) return text;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GRACE_MS);
  return readIfPresent(path) ?? '';
}

function isAlive({ pid, host, birth }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const birthNow = findBirth(pid);
  return birth === '' || birthNow === '' || birth === birthNow;
}

function describeSelf(): Holder {
  const started = new Date(Math.round(Date.now() - process.uptime() * 1000)).toISOString();
  return { pid: process.pid, host: hostname(), started, birth: findBirth(process.pid), token: randomUUID() };
}

/** The time a process began, in clock ticks since the machine started, with the id of that start; empty outside Linux. */
function findBirth(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ');
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${fields?.[19]}`;
  } catch {
    return '';
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function refuse(path: string, holder: Holder | undefined, doing = 'is writing the same output tree'): FleetwrightError {
  const who = holder === undefined ? 'Another run' : `Process ${holder.pid} on ${holder.host}, started ${holder.started},`;
  const advice = `Wait for it to end. If it is certain that it is gone, delete ${path} and run again.`;
  return new FleetwrightError('FW_OUTPUT_LOCKED', `${who} ${doing}. ${advice}`);
}

import { createHash, randomUUID } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FleetwrightError } from '../../constructs/index.ts';
import { isRecord } from '../is-record.ts';
import { Lock } from '../tree/lock.ts';
import { isPrivate, RUNNING, type RunningFleet } from './find-running.ts';
import { killKnown, killMarked, type KnownProcess } from './processes.ts';

/** Version of what is in the folder. A program leaves alone what a newer one has written. */
const VERSION = 1;

/** The variable by which all processes of one folder are known. */
const MARK = 'FLEETWRIGHT_UP';

const MARK_LENGTH = 32;

const ABOUT = 'state.json';
const PROCESSES = 'processes.json';
const LOCK = 'lock.json';

/** What there may be before the folder is known by its id. */
const FIRST_FILES: ReadonlySet<string> = new Set(['.gitignore', '.gitignore.new', `${ABOUT}.new`, LOCK, `${LOCK}.stale`]);

/** What a fleet on this machine keeps: its database, workspaces, tokens. One process at a time has it. */
export class StateFolder {
  readonly path: string;
  /** The variable that all processes of this folder get. */
  readonly mark: Readonly<Record<string, string>>;
  readonly #lock: Lock;
  #processes: KnownProcess[] = [];

  /**
   * Takes a folder, makes it where it is missing, and ends what an earlier run has left behind.
   *
   * @throws FleetwrightError FW_UP_FAILED if it cannot be written, another process has it, or a newer version has made it
   */
  static async take(path: string): Promise<StateFolder> {
    const root = resolve(path);
    makeFolder(root);
    const lock = takeLock(root);
    try {
      const known = readAbout(root);
      const folder = new StateFolder(root, lock, known);
      killKnown(readProcesses(join(root, PROCESSES), folder.#markText));
      await killMarked(folder.#markText);
      folder.#remember([]);
      folder.write(RUNNING, '{}\n');
      return folder;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(path: string, lock: Lock, known: string | undefined) {
    const id = known ?? randomUUID();
    this.path = path;
    this.mark = markOf(path, id);
    this.#lock = lock;
    if (known !== undefined) return;
    // So that no one commits it by chance.
    this.write('.gitignore', '*\n');
    this.write(ABOUT, `${JSON.stringify({ version: VERSION, id })}\n`);
  }

  get #markText(): string {
    return Object.entries(this.mark)
      .map(([name, value]) => `${name}=${value}`)
      .join();
  }

  /** Writes a file that only this user can read, whole or not at all. @returns its path */
  write(file: string, text: string): string {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return path;
  }

  /** The text of a file; `undefined` where there is none. */
  read(file: string): string | undefined {
    return readIfThere(join(this.path, file));
  }

  /** Makes a folder in it. @returns its path */
  folder(...names: readonly string[]): string {
    const path = join(this.path, ...names);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Says where the fleet is found. */
  announce(running: RunningFleet): void {
    this.write(RUNNING, `${JSON.stringify(running)}\n`);
  }

  /** Takes note of a process, so that the next start can end it. */
  remember(process: KnownProcess): void {
    this.#remember([...this.#processes, process]);
  }

  /** A process has ended. */
  forget(process: KnownProcess): void {
    this.#remember(this.#processes.filter(({ pid }) => pid !== process.pid));
  }

  /** Ends what its processes have left behind, and gives the folder back. @returns how many were left */
  async release(): Promise<number> {
    killKnown(this.#processes);
    const left = await killMarked(this.#markText);
    this.write(RUNNING, '{}\n');
    this.#lock.release();
    return left;
  }

  #remember(processes: KnownProcess[]): void {
    this.#processes = processes;
    this.write(PROCESSES, `${JSON.stringify({ mark: this.#markText, processes })}\n`);
  }
}

/** The variable of a folder's processes. A copy of the folder has the same id, and its processes are not this one's. */
export function markOf(path: string, id: string): Record<string, string> {
  const text = `${id}\n${realpathSync(path)}`;
  return { [MARK]: createHash('sha256').update(text).digest('hex').slice(0, MARK_LENGTH) };
}

function makeFolder(root: string): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    accessSync(root, constants.W_OK);
    refuseForeign(root);
    chmodSync(root, 0o700);
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw failed(`the state folder ${root} cannot be written: ${why}; name one that can, with --state <folder>`, cause);
  }
}

/** A folder that holds something else is not hidden from Git and from others. */
function refuseForeign(root: string): void {
  const files = readdirSync(root);
  // What a start that was cut short has left.
  const isOurs = files.includes(ABOUT) || files.every((file) => FIRST_FILES.has(file));
  if (!isOurs)
    throw failed(
      `the folder ${root} holds something else, such as '${files.find((file) => !FIRST_FILES.has(file))}'; name an empty one, or one that there is not yet, with --state <folder>`,
    );
  const file = join(root, ABOUT);
  if (files.includes(ABOUT) && !isPrivate(file))
    throw failed(
      `others may write or read ${file}, so it is not of this machine's Fleetwright: it may have come with a repository; delete the folder, or name another with --state <folder>`,
    );
}

function takeLock(root: string): Lock {
  try {
    return Lock.take(join(root, LOCK), `runs the fleet of ${root}`);
  } catch (cause) {
    if (!(cause instanceof FleetwrightError)) throw cause;
    const who = cause.message.replace(/\. Wait for it.*$/s, '');
    throw failed(`${who}; stop that one with Ctrl-C, or take a folder of your own with --state <folder>`, cause);
  }
}

/** The id of the folder; `undefined` for a new one. */
function readAbout(root: string): string | undefined {
  const text = readIfThere(join(root, ABOUT));
  if (text === undefined) return undefined;
  const about = parse(text);
  if (!isRecord(about) || typeof about['version'] !== 'number' || typeof about['id'] !== 'string')
    throw failed(`${join(root, ABOUT)} is damaged; delete the folder to begin anew, which forgets its tasks`);
  if (about['version'] > VERSION)
    throw failed(
      `the state folder ${root} is of version ${about['version']}, and this program knows ${VERSION}: a newer Fleetwright has made it; use that one, or another folder with --state <folder>`,
    );
  return about['id'];
}

/** Those of this folder; in a copy of it, the file tells of another's. */
function readProcesses(file: string, mark: string): KnownProcess[] {
  const known = parse(readIfThere(file));
  if (!isRecord(known) || known['mark'] !== mark || !Array.isArray(known['processes'])) return [];
  return (known['processes'] as KnownProcess[]).filter((each) => isRecord(each) && typeof each.birth === 'string');
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Why a fleet cannot be started. */
export function failed(message: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_UP_FAILED', message, { cause });
}

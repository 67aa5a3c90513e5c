import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often processes that are still there are looked for, and the pause in between, in milliseconds. */
const ROUNDS = 200;
const PAUSE_MS = 10;

/** A process, told from a later one with the same pid. */
export interface KnownProcess {
  readonly pid: number;
  /** When it began, as the kernel counts; empty where the system has no `/proc`. */
  readonly birth: string;
}

/** A process that runs now. */
export function knownProcess(pid: number): KnownProcess {
  return { pid, birth: birthOf(pid) };
}

/** Kills those of some processes that are still the same. Where nobody can tell, none is touched. */
export function killKnown(processes: readonly KnownProcess[]): void {
  for (const { pid, birth } of processes) if (birth !== '' && birthOf(pid) === birth) send(pid, 'SIGKILL');
}

/** Kills all processes that have inherited a variable, `NAME=value`, until none is found. @returns how many were found at first */
export async function killMarked(mark: string): Promise<number> {
  const found = findMarked(mark);
  let left = found;
  for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
    for (const pid of left) send(pid, 'SIGKILL');
    await sleep(PAUSE_MS);
    left = findMarked(mark);
  }
  return found.length;
}

/** The processes that have inherited a variable, `NAME=value`, but for this one. */
export function findMarked(mark: string): number[] {
  const pids = listFolder('/proc').map(Number);
  return pids.filter((pid) => pid > 0 && pid !== process.pid && readText(`/proc/${pid}/environ`).split('\0').includes(mark));
}

/** Sends a signal to a process, or with a negative id to a group. That it is gone is no error. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Clock ticks since the machine started, with the id of that start. */
function birthOf(pid: number): string {
  const fields = readText(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ');
  return fields?.[19] === undefined ? '' : `${readText('/proc/sys/kernel/random/boot_id').trim()}/${fields[19]}`;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for what is not there, and for what is another user's. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often processes that are still there are looked for, and the pause in between, in milliseconds. */
const ROUNDS = 200;
const PAUSE_MS = 5;

/** Sends a signal to a process, or with a negative id to a group. That it is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/**
 * Kills all processes that have inherited a variable of the environment, also those that left their process group, until none is found: some
 * may just be making others. Where the system has no `/proc`, none is found.
 *
 * @param mark the variable, as `NAME=value`
 */
export async function killMarked(mark: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = findMarked(mark);
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    // What is killed needs a moment to go.
    await sleep(PAUSE_MS);
  }
}

/** Ids of the processes that have inherited a variable of the environment. */
export function findMarked(mark: string): number[] {
  return listProcesses().filter((pid) => pid !== process.pid && environmentOf(pid).split('\0').includes(mark));
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

/** Empty for processes of others, and for those that have ended. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

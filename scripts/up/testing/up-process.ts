import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { findMarked } from '../processes.ts';
import { markOf as markOfState } from '../state-folder.ts';

const CLI = join(import.meta.dirname, '..', '..', 'fleetwright.js');

/** How long something may take that comes for sure, on a busy machine, in milliseconds. */
const PATIENCE_MS = 90_000;

/** `fleetwright up`, as a person would run it. */
export interface UpProcess {
  readonly child: ChildProcess;
  /** Everything that it has printed. */
  readonly printed: () => string;
  /** Waits until something is printed, after what was waited for last. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until all of these are printed, in any order, after what was waited for last. */
  untilAll(...patterns: readonly RegExp[]): Promise<void>;
  /** Sends a signal and waits for the end. @returns the exit code, or the signal */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** The processes that belong to the fleet now, `up` left out. */
  processes(): number[];
}

/** Starts it in a folder, and ends it with the test. */
export function startUp(folder: string, args: readonly string[] = ['--port', '0'], env: NodeJS.ProcessEnv = {}): UpProcess {
  const child = spawn(process.execPath, [CLI, 'up', ...args], {
    cwd: folder,
    env: { HOME: process.env['HOME'], PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let seen = 0;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    child,
    printed: () => printed,
    async until(pattern) {
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const found = pattern.exec(printed.slice(seen));
        if (found !== null) {
          seen += found.index + found[0].length;
          return found;
        }
        if (performance.now() > end || child.exitCode !== null) throw new Error(`${pattern} was not printed:\n${printed}`);
        await sleep(50);
      }
    },
    async untilAll(...patterns) {
      const from = seen;
      let last = seen;
      for (const pattern of patterns) {
        seen = from;
        await this.until(pattern);
        last = Math.max(last, seen);
      }
      seen = last;
    },
    async end(signal) {
      child.kill(signal);
      return ended;
    },
    processes: () => findMarked(markOf(folder)),
  };
}

/** The variable by which the processes of a folder's fleet are known. */
export function markOf(folder: string): string {
  const state = join(folder, '.fleetwright');
  const { id } = JSON.parse(readFileSync(join(state, 'state.json'), 'utf8')) as { id: string };
  return Object.entries(markOfState(state, id))
    .map(([name, value]) => `${name}=${value}`)
    .join();
}

/** Waits until something is so. */
export async function eventually(check: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!check()) {
    if (performance.now() > end) throw new Error('It has not come');
    await sleep(50);
  }
}

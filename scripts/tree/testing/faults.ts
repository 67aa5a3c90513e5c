import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const MUTATIONS = ['mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'writeFileSync'] as const;
type Mutation = (...args: unknown[]) => unknown;

/** What the file system does to this process. Calls that change files are counted from 1. */
export interface Faults {
  /** The process is killed at this call. A file that is being written stays half written. */
  readonly dieAt?: number;
  /** From this call on nothing has an effect any more: what the disk looks like is what a kill would leave. */
  readonly freezeAt?: number;
  /** From this call on the disk is full: folders cannot be made, and of a file only half is written. */
  readonly fullFrom?: number;
}

/** The faults between a process and its file system. */
export interface InjectedFaults {
  /** How many calls there were so far. */
  calls(): number;
  /** Takes the faults away. */
  remove(): void;
}

/** Puts faults between this process and its file system. */
export function injectFaults({ dieAt = 0, freezeAt = Infinity, fullFrom = Infinity }: Faults): InjectedFaults {
  const originals = MUTATIONS.map((name) => [name, Reflect.get(fs, name) as Mutation] as const);
  let calls = 0;
  for (const [name, original] of originals) {
    Reflect.set(fs, name, (...args: unknown[]) => {
      calls += 1;
      const isFull = calls >= fullFrom && (name === 'writeFileSync' || name === 'mkdirSync');
      if (calls !== dieAt && calls < freezeAt && !isFull) return original(...args);
      if (name === 'writeFileSync' && calls <= freezeAt) writeHalf(original, args);
      if (calls === dieAt) process.kill(process.pid, 'SIGKILL');
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
    });
  }
  syncBuiltinESMExports();
  return {
    calls: () => calls,
    remove: () => {
      for (const [name, original] of originals) Reflect.set(fs, name, original);
      syncBuiltinESMExports();
    },
  };
}

function writeHalf(write: Mutation, [path, text, options]: unknown[]): void {
  write(path, String(text).slice(0, String(text).length / 2), options);
}

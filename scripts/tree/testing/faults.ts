import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const MUTATIONS = ['mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'writeFileSync'] as const;
type Mutation = (...args: unknown[]) => unknown;

/** What the file system does to this process. Calls that change files are counted from 1. */
export interface Faults {
  /** The process is killed at this call, before it has an effect; in the middle, when it writes a file. */
  readonly dieAt?: number;
  /** From this call on the disk is full: folders cannot be made, and of a file only half is written. */
  readonly fullFrom?: number;
}

/** Puts the faults between this process and its file system. Returns how many calls there were so far. */
export function injectFaults({ dieAt, fullFrom = Infinity }: Faults): () => number {
  let calls = 0;
  const functions = fs as unknown as Record<(typeof MUTATIONS)[number], Mutation>;
  for (const name of MUTATIONS) {
    const original = functions[name];
    functions[name] = (...args) => {
      calls += 1;
      const isFull = calls >= fullFrom && (name === 'writeFileSync' || name === 'mkdirSync');
      if (calls !== dieAt && !isFull) return original(...args);
      if (name === 'writeFileSync') original(args[0], String(args[1]).slice(0, String(args[1]).length / 2), args[2]);
      if (calls === dieAt) process.kill(process.pid, 'SIGKILL');
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
    };
  }
  syncBuiltinESMExports();
  return () => calls;
}

import type { Breach, Promised } from '../promises.ts';
import { run, type RunOptions, type RunResult } from '../run.ts';
import { copyWith } from './copy.ts';
import type { Fault } from './table.ts';

/** What became of a run with a fault. */
export interface Caught {
  readonly fault: Fault;
  /** Promises that were found broken. */
  readonly promises: readonly Promised[];
  /** An example of each. */
  readonly examples: readonly Breach[];
  readonly seconds: number;
  readonly result: RunResult;
}

/** On PostgreSQL, as it starts faster and has a clock of its own. Few kills, as most faults show without; many tasks, so that whatever a worker does now and then is done. */
const HARM = { store: 'postgres', kills: 3, ends: 100, restarts: 0, replicas: 1, minutes: 1, stillMs: 8000 } as const;

/** Runs the controller with a fault. */
export async function runFault(fault: Fault, root: string, options: Pick<RunOptions, 'seed' | 'history'>): Promise<Caught> {
  const begin = performance.now();
  const { source, remove } = copyWith(fault, root);
  try {
    const result = await run({ ...options, source, ...HARM });
    const byPromise = Map.groupBy(result.verdict.breaches, ({ promise }) => promise);
    const examples = [...byPromise.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
    return { fault, promises: [...byPromise.keys()], examples, seconds: (performance.now() - begin) / 1000, result };
  } finally {
    remove();
  }
}

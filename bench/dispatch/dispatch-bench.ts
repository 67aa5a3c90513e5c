import type { GateResult } from '../gate.ts';
import { engineGates } from './gates/engine.ts';
import { programGates } from './gates/program.ts';

/** All gates of dispatch, one database after the other. @param quick without a million tasks and ten thousand readers */
export async function* dispatchGates(quick: boolean): AsyncGenerator<GateResult> {
  for (const store of ['PostgreSQL', 'PGlite'] as const) {
    yield* engineGates(store, quick);
    yield* programGates(store, quick);
  }
}

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeVerdict } from '../harness/checker.ts';
import { runFault } from '../harness/faults/catch.ts';
import { FAULTS } from '../harness/faults/table.ts';
import { run } from '../harness/run.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Where histories are kept, to be looked at when something is wrong. */
const HISTORIES = join(ROOT, '.cache', 'harness');

const SEED = 7;

const CALM = { kills: 0, restarts: 0, replicas: 1, ends: 20, minutes: 60, stillMs: 25_000, seed: SEED, source: ROOT } as const;

describe('The controller', () => {
  it.each(['pglite', 'postgres'] as const)('is killed 25 times on %s and keeps its promises', async (store) => {
    const { verdict, deeds } = await run({ ...CALM, kills: 25, store, history: join(HISTORIES, `tier-${store}.jsonl`) });
    console.log(`${store}, seed ${SEED}, ${deeds}: ${describeVerdict(verdict)}`);
    expect(verdict.breaches).toEqual([]);
    expect(verdict.acknowledged).toBeGreaterThanOrEqual(25 * CALM.ends);
  });

  it('is one of two on PostgreSQL that are killed in turn, and they keep its promises', async () => {
    const history = join(HISTORIES, 'tier-replicas.jsonl');
    const { verdict, deeds } = await run({ ...CALM, kills: 25, replicas: 2, store: 'postgres', history });
    console.log(`two replicas, seed ${SEED}, ${deeds}: ${describeVerdict(verdict)}`);
    expect(verdict.breaches).toEqual([]);
  });

  it('keeps its promises while PostgreSQL is stopped and started', async () => {
    const { verdict, deeds } = await run({ ...CALM, restarts: 12, store: 'postgres', history: join(HISTORIES, 'tier-restarts.jsonl') });
    console.log(`seed ${SEED}, ${deeds}: ${describeVerdict(verdict)}`);
    expect(verdict.breaches).toEqual([]);
  });

  it.each(FAULTS)('is caught with the fault $name', async (fault) => {
    const { promises, examples } = await runFault(fault, ROOT, { seed: SEED, history: join(HISTORIES, `tier-${fault.name}.jsonl`) });
    expect(promises, JSON.stringify(examples)).toContain(fault.caughtBy);
  });
});

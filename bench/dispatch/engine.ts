import type { Dispatcher } from '../../controller/dispatch/index.ts';
import { AGENTS, agentNames, ORGS, orgNames } from './estate.ts';
import { type Slice, slice, together } from './statistics.ts';
import type { Engines } from './stores.ts';

const CALLERS = 64;
const SLICE_MS = 500;
const SLICES = 3;

/** More than a slice takes. */
const FILL = { ours: 12_000, plain: 12_000 } as const;

const INPUT = { text: 'x'.repeat(300) };

/** In a call that schedules a graph. */
const GRAPH = 120;

/** Claim and complete in a slice, ours and the plain queue's. */
export interface AtEngine {
  readonly ours: Slice;
  readonly plain: Slice;
}

/** Measures both in turn, with addressed claims, needs, slots, money and events on our side. */
export async function measureEngine({ dispatcher, plain }: Engines): Promise<AtEngine> {
  const measured: { ours: Slice[]; plain: Slice[] } = { ours: [], plain: [] };
  for (let count = 0; count < SLICES; count += 1) {
    await plain.fill(FILL.plain);
    await fill(dispatcher);
    measured.plain.push(await slice(CALLERS, SLICE_MS, async () => ((await plain.once()) ? 0 : undefined)));
    measured.ours.push(await slice(CALLERS, SLICE_MS, async (caller) => once(dispatcher, caller)));
  }
  return { ours: together(measured.ours), plain: together(measured.plain) };
}

/** Graphs of three for all addresses: two tasks, and one that needs both. */
async function fill(dispatcher: Dispatcher): Promise<void> {
  fillings += 1;
  const calls = Array.from({ length: FILL.ours / GRAPH }, async (_, call) => {
    const agent = agentNames[Math.floor(call / ORGS) % AGENTS] ?? '';
    const key = (at: number) => `${fillings}/${call}/${at}`;
    const needs = (at: number) => (at % 3 === 2 ? { needs: [{ task: key(at - 1) }, { task: key(at - 2) }] } : {});
    const tasks = Array.from({ length: GRAPH }, (__, at) => ({ agent, key: key(at), title: 'A task', input: INPUT, ...needs(at) }));
    await dispatcher.schedule(orgNames[call % ORGS] ?? '', { tasks });
  });
  await Promise.all(calls);
}

let fillings = 0;

/** @returns how long the claim took */
async function once(dispatcher: Dispatcher, caller: number): Promise<number | undefined> {
  const begin = performance.now();
  const org = orgNames[caller % ORGS] ?? '';
  const agent = agentNames[next() % AGENTS] ?? '';
  const [claim] = await dispatcher.claim(org, { agents: [agent] });
  const latency = performance.now() - begin;
  if (claim === undefined) return undefined;
  const answer = await dispatcher.complete({ fence: claim.fence, outcome: 'succeeded', result: { ok: true } });
  if (answer.outcome !== 'recorded') throw new Error(`The end of a task was answered with ${answer.outcome}`);
  return latency;
}

let turns = 0;

function next(): number {
  turns += 1;
  return turns;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Completion, CompletionAnswer, Fence, HeartbeatAnswer } from '../../controller/contract/wire/index.ts';
import type { Random } from '../corpus/random.ts';
import type { Board } from './board.ts';
import type { Caller } from './caller.ts';
import { AGENTS, COST, LEASE_SECONDS } from './fleet.ts';
import type { Held, Outcome } from './history.ts';

const LEASE_MS = LEASE_SECONDS * 1000;

/** Between two tries of a call whose outcome is unknown, in milliseconds. */
const AGAIN_MS = 100;

/** How often a worker insists on an answer to a report. */
const TRIES = 30;

/** Of a hundred attempts, how many go wrong or go on in each way; the others succeed at once. */
const OF_HUNDRED = { stalled: 2, long: 3, failed: 3, returned: 2, waiting: 2, replayed: 5 } as const;

/** A worker that claims, works and reports until it is told to end, and now and then does what no worker should. */
export class Worker {
  readonly #caller: Caller;
  readonly #board: Board;
  readonly #random: Random;
  readonly #stalled = new Set<Promise<void>>();

  constructor(caller: Caller, board: Board, random: Random) {
    this.#caller = caller;
    this.#board = board;
    this.#random = random;
  }

  async work(): Promise<void> {
    while (!this.#board.working.signal.aborted) {
      const found = await this.#claim();
      if (found.type !== 'ok') await sleep(AGAIN_MS);
      else for (const held of found.answer) await this.#attempt(held);
    }
    await Promise.all(this.#stalled);
    this.#caller.close();
  }

  async #claim(): Promise<Outcome<'claim'>> {
    const agents = this.#random.below(3) === 0 ? [this.#random.pick(AGENTS) ?? 'coder'] : AGENTS;
    const request = { agents, count: 1 + this.#random.below(2), waitSeconds: 1 };
    const take = (body: unknown) =>
      (body as { claims: Held[] }).claims.map(({ fence, agent, title, leaseUntil }) => ({ fence, agent, title, leaseUntil }));
    const found = await this.#caller.call('claim', request, { path: '/claims', body: request, waitMs: 1000 }, take);
    if (found.type === 'ok') for (const { fence } of found.answer) this.#board.claimed(fence);
    return found;
  }

  async #attempt(held: Held): Promise<void> {
    const { fence, agent } = held;
    // Nobody ever hears of it again.
    if (agent === 'frail') return;
    await this.#caller.call('start', fence, { path: `/tasks/${fence.task}/start`, body: { fence } }, () => null);
    const fate = this.#random.below(100);
    if (fate < OF_HUNDRED.stalled) {
      const stalled = this.#stall(held).finally(() => this.#stalled.delete(stalled));
      this.#stalled.add(stalled);
      return;
    }
    // Later attempts take their time, so that those who lost the task come while it is held.
    const long = fate < OF_HUNDRED.stalled + OF_HUNDRED.long;
    const keeps = long ? await this.#keep(fence, LEASE_MS * 1.3) : fence.attempt === 1 || (await this.#keep(fence, LEASE_MS / 4));
    if (keeps) await this.#report(held);
  }

  /** Works beyond the end of the lease, then says what a worker says that knows nothing of it. */
  async #stall(held: Held): Promise<void> {
    await this.#board.untilTaken(held.fence, 3 * LEASE_MS);
    await this.#beat(held.fence);
    await this.#complete({ ...begun(held), outcome: 'succeeded', result: 'late' });
  }

  /** @returns whether the task is still held */
  async #keep(fence: Fence, milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await sleep(LEASE_MS / 5);
      const beat = await this.#beat(fence);
      if (beat.type === 'ok' && beat.answer.outcome === 'stale') return false;
    }
    return true;
  }

  async #beat(fence: Fence): Promise<Outcome<'heartbeat'>> {
    const body = { heartbeats: [{ fence }] };
    const take = (answer: unknown) => first((answer as { answers: HeartbeatAnswer[] }).answers);
    return this.#caller.call('heartbeat', fence, { path: '/heartbeats', body }, take);
  }

  async #report(held: Held): Promise<void> {
    const report = this.#end(begun(held));
    const answer = await this.#complete(report);
    if (answer !== undefined && this.#random.below(100) < OF_HUNDRED.replayed) await this.#complete(report);
  }

  #end(rest: Pick<Completion, 'fence' | 'usage'>): Completion {
    const fate = this.#random.below(100);
    const { failed, returned, waiting } = OF_HUNDRED;
    if (fate < failed) return { ...rest, outcome: 'failed', reason: 'The seed says so', retry: fate === 0 };
    if (fate < failed + returned) return { ...rest, outcome: 'returned' };
    if (fate < failed + returned + waiting) return { ...rest, outcome: 'waiting', wait: { for: 'time', seconds: 1 } };
    return { ...rest, outcome: 'succeeded', result: { attempt: rest.fence.attempt } };
  }

  /** Reports the same until it is answered. */
  async #complete(report: Completion): Promise<CompletionAnswer | undefined> {
    const body = { completions: [report] };
    const take = (answer: unknown) => first((answer as { answers: CompletionAnswer[] }).answers);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const told = await this.#caller.call('complete', report, { path: '/completions', body }, take);
      if (told.type === 'ok') {
        if (told.answer.outcome !== 'stale' && told.answer.state !== 'waiting') this.#board.ended(report.fence.task);
        return told.answer;
      }
      if (told.type === 'fail') return undefined;
      await sleep(AGAIN_MS);
    }
    return undefined;
  }
}

/** What each report of the task says. */
function begun({ fence, agent }: Held): Pick<Completion, 'fence' | 'usage'> {
  return { fence, usage: agent === 'coder' ? [{ model: 'fast', inputTokens: 10, outputTokens: 5, cost: COST }] : [] };
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('One item was sent, and none was answered');
  return item;
}

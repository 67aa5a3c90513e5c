import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Claim, Completion, FleetOrg, NewTask, TaskState } from '../contract/wire/index.ts';
import { hasEnded, mayFollow } from './states.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

/** What may happen, in any order. `pick` chooses among what there is. */
const Step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('schedule' as const),
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      budget: fc.nat(40),
      parent: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('complete' as const),
      pick: fc.nat(),
      outcome: fc.constantFrom('succeeded', 'failed', 'retry', 'returned', 'waiting', 'below'),
      cost: fc.nat(40),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'rest' as const, 'retry' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'pass' as const, 'hold' as const, 'signal' as const) }) },
);
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

const ON_FAILURE = ['cancel', 'skip', 'run'] as const;

/** Plays steps and keeps what it was told, to compare with what is. */
class Play {
  readonly org: TestOrg;
  readonly tasks: string[] = [];
  readonly claims: Claim[] = [];
  readonly seen = new Map<string, TaskState>();
  /** What went wrong. */
  readonly problems: string[] = [];
  recorded = 0;
  held = false;

  constructor(org: TestOrg) {
    this.org = org;
  }

  async step(step: Step): Promise<void> {
    const { org } = this;
    if (step.do === 'schedule') return this.#schedule(step);
    if (step.do === 'claim') void this.claims.push(...(await org.claim(step.count)));
    else if (step.do === 'complete') await this.#complete(step);
    else if (step.do === 'cancel')
      await org.dispatcher.cancel(org.name, this.#task(step.pick) ?? '00000000-0000-0000-0000-000000000000', 'No').catch(() => undefined);
    else if (step.do === 'rest')
      await org.dispatcher
        .rest(org.name, this.#task(step.pick) ?? '00000000-0000-0000-0000-000000000000', step.pick % 2 === 0)
        .catch(() => undefined);
    else if (step.do === 'retry') await this.#retry(step.pick);
    else if (step.do === 'lose') await org.loseLeases();
    else if (step.do === 'pass') await org.passTime();
    else if (step.do === 'signal') await org.dispatcher.signal(org.name, { key: 'go' });
    else {
      this.held = !this.held;
      await org.dispatcher.hold(org.name, undefined, this.held);
    }
    return undefined;
  }

  async #retry(pick: number): Promise<void> {
    const { name, dispatcher } = this.org;
    const again = await dispatcher.retry(name, this.#task(pick) ?? '00000000-0000-0000-0000-000000000000', 'ann').catch(() => []);
    for (const task of again) this.seen.delete(task);
  }

  #task(pick: number): string | undefined {
    return this.tasks[pick % this.tasks.length];
  }

  async #schedule({ needs, budget, parent }: Extract<Step, { do: 'schedule' }>): Promise<void> {
    const needed = [...new Set(needs.map((pick) => this.#task(pick)).filter((id) => id !== undefined))];
    const task: Partial<NewTask> = {
      budget,
      attempts: 2,
      subTasks: { count: 3, parallel: 1 },
      ...(needed.length === 0 ? {} : { needs: needed.map((id, i) => ({ task: id, onFailure: ON_FAILURE[(budget + i) % 3] ?? 'run' })) }),
      ...(parent && this.tasks[0] !== undefined ? { parent: this.tasks[0] } : {}),
    };
    const id = await this.org.task(task).catch(() => undefined);
    if (id !== undefined) this.tasks.push(id);
  }

  async #complete({ pick, outcome, cost, twice }: Extract<Step, { do: 'complete' }>): Promise<void> {
    const claim = this.claims[pick % this.claims.length];
    if (claim === undefined) return;
    const common = { fence: claim.fence, usage: [{ model: 'm', inputTokens: 1, outputTokens: 1, cost: Math.min(cost, claim.budget) }] };
    const reports: Record<typeof outcome, Completion> = {
      succeeded: { ...common, outcome: 'succeeded' },
      failed: { ...common, outcome: 'failed', reason: 'No' },
      retry: { ...common, outcome: 'failed', reason: 'No', retry: true },
      returned: { ...common, outcome: 'returned' },
      waiting: { ...common, outcome: 'waiting', wait: { for: 'event', key: 'go' } },
      below: { ...common, outcome: 'waiting', wait: { for: 'tasks', tasks: [this.#task(pick) ?? '', this.#task(pick + 1) ?? ''] } },
    };
    const report = reports[outcome];
    const send = async () => this.org.dispatcher.complete(report).catch(() => ({ outcome: 'refused' }));
    const answers = await Promise.all(twice ? [send(), send()] : [send()]);
    const fresh = answers.filter((answer) => answer.outcome === 'recorded').length;
    if (fresh > 1) this.problems.push(`Task ${claim.fence.task} ended ${fresh} times by one fence`);
    this.recorded += fresh;
  }

  /** Compares what is counted with what is there, and what is there with what may be. */
  async check(): Promise<void> {
    const { org } = this;
    const { org: running = 0, agents, ready, queued, behind, reserved, held } = (await org.counters()) as Record<string, number>;
    this.#demand('counters', [agents, ready, queued, reserved], [running, running, behind, held]);
    const [budget] = await org.reads.budgets(org.name);
    this.#demand('limits', [running <= 3, (budget?.spent ?? 0) + (budget?.reserved ?? 0) <= 100], [true, true]);
    const { items } = await org.reads.tasks(org.name, { limit: 1000 });
    this.#demand('tasks', items.map(({ id }) => id).toReversed(), this.tasks);
    for (const { id, state } of items) {
      const before = this.seen.get(id);
      if (before !== undefined && hasEnded(before)) this.#demand('ended state', state, before);
      this.seen.set(id, state);
    }
    const ends = await org.dispatcher.store.read<number>("select count(*)::int from event where org = $1 and kind = 'ended'", [org.name]);
    this.#demand('ends', ends, [this.recorded]);
  }

  #demand(what: string, is: unknown, should: unknown): void {
    if (JSON.stringify(is) !== JSON.stringify(should))
      this.problems.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
  }

  /** With workers that always succeed, every task comes to an end. */
  async drain(): Promise<void> {
    const { org } = this;
    if (this.held) await org.dispatcher.hold(org.name, undefined, false);
    await org.dispatcher.topUp(org.name, 'total', 1_000_000);
    for (let round = 0; round < 200; round += 1) {
      await org.loseLeases();
      await org.passTime();
      await org.dispatcher.signal(org.name, { key: 'go' });
      for (const task of this.tasks) await org.dispatcher.rest(org.name, task, false).catch(() => undefined);
      for (const { fence } of await org.claim(10)) await org.dispatcher.complete({ fence, outcome: 'succeeded' });
      const { items } = await org.reads.tasks(org.name, { limit: 1000 });
      if (items.every(({ state }) => hasEnded(state))) return;
    }
    throw new Error(
      `Lost: ${JSON.stringify((await org.reads.tasks(org.name, { limit: 1000 })).items.filter(({ state }) => !hasEnded(state)))}`,
    );
  }
}

describeStores('Whatever happens', (anOrg) => {
  it('no limit is passed, no end is recorded twice and no task is lost', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const play = new Play(await anOrg({ maxRunning: 3, budgets: [{ limit: 100, window: 'total' }] }));
        for (const step of steps) {
          await play.step(step);
          await play.check();
          expect(play.problems).toEqual([]);
        }
        await play.drain();
        await play.org.dispatcher.applyFleet({ contract: '1.0', orgs: {} });
      }),
      { numRuns: 25 },
    );
  });

  it('64 callers pass no limit with tasks of unknown cost', { timeout: 120_000 }, async () => {
    const agent: FleetOrg['agents'][string] = { mode: 'pool', budgets: [{ limit: 700, window: 'day' }] };
    const org = await anOrg({
      budgets: [{ limit: 1000, window: 'month' }],
      agents: { coder: agent, tester: { mode: 'pool' }, known: { ...agent, taskBudget: 40 } },
    });
    const agents = ['coder', 'tester', 'known'];
    await org.graph(...Array.from({ length: 300 }, (_, i) => ({ agent: agents[i % 3] ?? '' })));
    const over: unknown[] = [];
    let spent = 0;
    const caller = async (_: unknown, i: number) => {
      while (spent <= 960) {
        for (const { fence, budget } of await org.dispatcher.claim(org.name, { agents: [agents[i % 3] ?? ''], waitSeconds: 1 })) {
          const now = await org.reads.budgets(org.name);
          over.push(...now.filter(({ limit, reserved, spent: settled }) => settled + reserved > limit));
          if (budget === 0) over.push(fence);
          const cost = Math.min(budget, 1 + (i % 40));
          const report: Completion = { fence, outcome: 'succeeded', usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost }] };
          if ((await org.dispatcher.complete(report)).outcome === 'recorded') spent += cost;
        }
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    expect(over).toEqual([]);
    const [ledger] = await org.dispatcher.store.read('select sum(cost)::int from usage where org = $1', [org.name]);
    expect(spent).toBeLessThanOrEqual(1000);
    expect(ledger).toBe(spent);
    expect(await org.reads.budgets(org.name)).toMatchObject([{ spent }, {}, {}]);
  });

  it('64 callers at once pass no limit either', { timeout: 120_000 }, async () => {
    const org = await anOrg({
      maxRunning: 10,
      budgets: [{ limit: 500, window: 'day' }],
      agents: { coder: { mode: 'pool', maxRunning: 7, taskBudget: 100 } },
    });
    const over: unknown[] = [];
    let ended = 0;
    const caller = async () => {
      for (let i = 0; i < 4; i += 1) await org.task();
      while (ended < 256) {
        for (const { fence } of await org.dispatcher.claim(org.name, { agents: ['coder'], count: 2, waitSeconds: 1 })) {
          const [budget] = await org.reads.budgets(org.name);
          if (budget === undefined || budget.spent + budget.reserved > 500 || budget.reserved > 500) over.push(budget);
          const report: Completion = { fence, outcome: 'succeeded', usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost: 1 }] };
          const answers = await Promise.all([report, report].map(async (each) => org.dispatcher.complete(each)));
          ended += answers.filter(({ outcome }) => outcome === 'recorded').length;
        }
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    expect(over).toEqual([]);
    expect(await org.reads.budgets(org.name)).toMatchObject([{ spent: 256, reserved: 0 }]);
    expect(await org.counters()).toMatchObject({ org: 0, agents: 0, queued: 0 });
  });
});

it('leaves an ended state by the wish of a person only', () => {
  expect(mayFollow('dead', 'queued')).toBe(true);
  expect(mayFollow('running', 'succeeded')).toBe(true);
  expect(mayFollow('succeeded', 'queued')).toBe(false);
});

import { describe, expect, it } from 'vitest';
import type { Completion } from '../contract/wire/index.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const SLOW = 30_000;
const USAGE = { model: 'm', inputTokens: 10, outputTokens: 5 };

async function end(org: TestOrg, outcome: 'succeeded' | 'failed', result: unknown = null): Promise<void> {
  const { fence } = await org.claimOne();
  const report: Completion = outcome === 'succeeded' ? { fence, outcome, result } : { fence, outcome, reason: 'It broke' };
  await org.dispatcher.complete(report);
}

async function rest(org: TestOrg, wait: Extract<Completion, { outcome: 'waiting' }>['wait']): Promise<void> {
  const { fence } = await org.claimOne();
  await org.dispatcher.complete({ fence, outcome: 'waiting', wait });
}

describeStores('The dispatcher', (anOrg) => {
  describe('needs', () => {
    it('hold a task back until they succeed, and give it their results', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const [a, b, c] = await org.graph({ key: 'a' }, { key: 'b' }, { key: 'c', needs: [{ task: 'a', as: 'plan' }, { task: 'b' }] });
      expect(await org.see(c ?? '')).toMatchObject({ state: 'waiting', waitsFor: 'needs' });
      await end(org, 'succeeded', { steps: [1, null] });
      expect(await org.claim(5)).toHaveLength(1);
      await org.loseLeases();
      await org.passTime();
      await end(org, 'succeeded');
      const claim = await org.claimOne();
      expect(claim.fence.task).toBe(c);
      expect(claim.needs).toEqual([
        { task: a, as: 'plan', state: 'succeeded', result: { steps: [1, null] } },
        { task: b, state: 'succeeded', result: null },
      ]);
    });

    it('that fail cancel, skip or are ignored, all the way down', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const ids = await org.graph(
        { key: 'bad' },
        { key: 'cancelled', needs: [{ task: 'bad' }] },
        { key: 'below', needs: [{ task: 'cancelled' }] },
        { key: 'skipped', needs: [{ task: 'bad', onFailure: 'skip' }] },
        { key: 'after-skip', needs: [{ task: 'skipped' }] },
        { key: 'anyway', needs: [{ task: 'bad', onFailure: 'run' }] },
      );
      await end(org, 'failed');
      expect(await org.states(...ids)).toEqual(['failed', 'cancelled', 'cancelled', 'cancelled', 'queued', 'queued']);
      const [, cancelled = '', , skipped = ''] = ids;
      expect([(await org.see(cancelled)).reason, (await org.see(skipped)).reason]).toEqual(['need-failed', 'skipped']);
    });

    it('may have ended before', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const done = await org.task();
      await end(org, 'succeeded', 42);
      const broken = await org.task();
      await end(org, 'failed');
      const [after = '', never = ''] = await org.graph({ needs: [{ task: done }] }, { needs: [{ task: broken }] });
      expect(await org.states(after, never)).toEqual(['queued', 'cancelled']);
      const [, both = ''] = await org.graph({ key: 'open' }, { needs: [{ task: done }, { task: 'open' }] });
      await org.graph({ needs: [{ task: done }] });
      expect(await org.states(both)).toEqual(['waiting']);
    });

    it('may not form a cycle, nor name what is not there', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const cycle = org.graph({ key: 'a', needs: [{ task: 'b' }] }, { key: 'b', needs: [{ task: 'a' }] }, { key: 'free' });
      await expect(cycle).rejects.toMatchObject({
        code: 'FW_GRAPH_CYCLE',
        message: "These tasks wait for each other: 'a', 'b'; take one of the needs away",
      });
      await expect(org.graph({ key: 'x', needs: [{ task: 'y' }] })).rejects.toMatchObject({ code: 'FW_NEED_UNKNOWN' });
      const foreign = await (await anOrg()).task();
      await expect(org.graph({ key: 'ok' }, { needs: [{ task: foreign }] })).rejects.toMatchObject({
        code: 'FW_NEED_UNKNOWN',
        at: '/tasks/1/needs',
      });
      expect((await org.reads.tasks(org.name, { limit: 10 })).items).toEqual([]);
    });

    it('are added by repeating a graph only for what is new', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const [a, b] = await org.graph({ key: 'a' }, { key: 'b', needs: [{ task: 'a' }] });
      const [a2, b2, c2 = ''] = await org.graph({ key: 'a' }, { key: 'b', needs: [{ task: 'a' }] }, { key: 'c', needs: [{ task: 'a' }] });
      expect([a2, b2]).toEqual([a, b]);
      await end(org, 'succeeded');
      expect(await org.states(b ?? '', c2)).toEqual(['queued', 'queued']);
    });
  });

  describe('sub-tasks', () => {
    it('are planned by who holds the task, within its limits', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const parent = await org.task({ subTasks: { count: 2, depth: 1 } });
      const planner = await org.claimOne();
      const plan = async (count: number) =>
        org.dispatcher.schedule(
          org.name,
          { tasks: Array.from({ length: count }, () => ({ agent: 'coder', title: 'Part', subTasks: { count: 5 } })) },
          planner.fence,
        );
      await expect(plan(3)).rejects.toMatchObject({ code: 'FW_SUBTASK_LIMIT', message: `Task ${parent} may have 2 sub-tasks` });
      const [part] = await plan(2);
      expect(await org.see(part?.task ?? '')).toMatchObject({ parent, state: 'queued' });
      await expect(plan(1)).rejects.toMatchObject({ code: 'FW_SUBTASK_LIMIT' });
      await org.succeed(planner);
      await expect(plan(1)).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
    });

    it('are no deeper than the task above all of them says', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const top = await org.task({ subTasks: { count: 9, depth: 2 } });
      const child = await org.task({ parent: top, subTasks: { count: 9, depth: 9 } });
      const grandchild = await org.task({ parent: child, subTasks: { count: 9, depth: 9 } });
      const refused = { code: 'FW_SUBTASK_LIMIT', message: `Task ${top} may have 2 levels of sub-tasks` };
      await expect(org.task({ parent: grandchild })).rejects.toMatchObject(refused);
    });

    it('run as many at once as the parent says', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const parent = await org.task({ subTasks: { count: 9, parallel: 2 } });
      await org.claimOne();
      const parts = await Promise.all(Array.from({ length: 5 }, async () => org.task({ parent })));
      const first = await org.claim(9);
      expect(first).toHaveLength(2);
      expect((await org.states(...parts)).filter((state) => state === 'waiting')).toHaveLength(3);
      await Promise.all(first.map(async (claim) => org.succeed(claim)));
      const next = await org.claim(9);
      expect(next).toHaveLength(2);
      await Promise.all(next.map(async (claim) => org.succeed(claim)));
      expect(await org.claim(9)).toHaveLength(1);
    });

    it('reserve no more together than the parent says', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const parent = await org.task({ subTasks: { count: 9, budget: 100 } });
      await org.task({ parent, budget: 60 });
      await expect(org.task({ parent, budget: 41 })).rejects.toMatchObject({ code: 'FW_SUBTASK_LIMIT' });
      await org.task({ parent, budget: 40 });
    });

    it('are cancelled with their parent, wherever they are', { timeout: SLOW }, async () => {
      const org = await anOrg({ agents: { coder: { mode: 'pool', subTasks: { count: 50, depth: 5 } } } });
      const top = await org.task();
      const [holder] = await org.claim();
      const running = await org.task({ parent: top });
      const [run] = await org.claim();
      const below = await org.task({ parent: running, notBefore: '2999-01-01T00:00:00Z' });
      const queued = await org.task({ parent: below });
      const [dependent = ''] = await org.graph({ needs: [{ task: queued }] });
      expect(await org.dispatcher.cancel(org.name, top, 'Not wanted')).toBe(4);
      expect(await org.states(top, running, below, queued, dependent)).toEqual([
        'cancelled',
        'cancelled',
        'cancelled',
        'cancelled',
        'cancelled',
      ]);
      if (holder === undefined || run === undefined) throw new Error('Nothing ran');
      expect(await org.dispatcher.heartbeat({ fence: run.fence })).toEqual({ outcome: 'stale' });
      expect(await org.counters()).toMatchObject({ org: 0, agents: 0, ready: 0, queued: 0, behind: 0 });
      expect(await org.dispatcher.cancel(org.name, top, 'Again')).toBe(0);
      await expect((await anOrg()).dispatcher.cancel('org-1', top, 'Foreign')).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    });
  });

  describe('money', () => {
    it('is reserved before the run, settled after it, and never passes the limit', { timeout: SLOW }, async () => {
      const org = await anOrg({ budgets: [{ limit: 1000, window: 'day' }], agents: { coder: { mode: 'pool', taskBudget: 300 } } });
      await Promise.all(Array.from({ length: 10 }, async () => org.task()));
      const claims = await org.claim(10);
      expect(claims).toHaveLength(3);
      const [first, second] = claims;
      if (first === undefined || second === undefined) throw new Error('Too few');
      await org.dispatcher.complete({ fence: first.fence, outcome: 'succeeded', usage: [{ ...USAGE, cost: 100 }] });
      expect(await org.reads.budgets(org.name)).toMatchObject([{ spent: 100, reserved: 900 }]);
      await org.dispatcher.complete({ fence: second.fence, outcome: 'failed', reason: 'No', usage: [{ ...USAGE, cost: 50 }] });
      expect(await org.reads.budgets(org.name)).toMatchObject([{ spent: 150, reserved: 600 }]);
      await org.dispatcher.topUp(org.name, 'day', 600);
      expect(await org.claim(10)).toHaveLength(3);
      expect(await org.reads.usage(org.name, '2020-01-01T00:00:00Z')).toEqual([
        { agent: 'coder', model: 'm', inputTokens: 20, outputTokens: 10, cost: 150 },
      ]);
    });

    it('of an agent is as hard a limit as that of its org', { timeout: SLOW }, async () => {
      const org = await anOrg({ agents: { coder: { mode: 'pool', taskBudget: 100, budgets: [{ limit: 250, window: 'month' }] } } });
      await org.graph({}, {}, {}, {});
      expect(await org.claim(10)).toHaveLength(2);
    });

    it('comes back from every end', { timeout: SLOW }, async () => {
      const org = await anOrg({
        agents: { coder: { mode: 'pool', taskBudget: 10, budgets: [{ limit: 100, window: 'total' }], attempts: 1 } },
      });
      const tasks = await Promise.all(Array.from({ length: 6 }, async () => org.task()));
      const [a, b, c, d] = await org.claim(4);
      if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('Too few');
      await org.dispatcher.complete({ fence: a.fence, outcome: 'failed', reason: 'No' });
      await org.dispatcher.complete({ fence: b.fence, outcome: 'returned' });
      await org.dispatcher.complete({ fence: c.fence, outcome: 'waiting', wait: { for: 'event', key: 'k' } });
      await org.loseLeases();
      await Promise.all(tasks.map(async (task) => org.dispatcher.cancel(org.name, task, 'Enough')));
      expect(await org.reads.budgets(org.name)).toMatchObject([{ owner: `${org.name}/coder`, spent: 0, reserved: 0 }]);
    });

    it('of a task is for all of its attempts, and stops it when it is used up', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task({ budget: 100, attempts: 5 });
      const { fence } = await org.claimOne();
      expect(await org.dispatcher.heartbeat({ fence, cost: 40 })).toMatchObject({ directive: 'continue' });
      await org.dispatcher.complete({ fence, outcome: 'failed', retry: true, reason: 'Again', usage: [{ ...USAGE, cost: 70 }] });
      await org.passTime();
      const next = await org.claimOne();
      expect(next.budget).toBe(30);
      expect(await org.dispatcher.heartbeat({ fence: next.fence, cost: 30 })).toMatchObject({ directive: 'stop-over-budget' });
      await org.loseLeases();
      expect(await org.see(task)).toMatchObject({ state: 'dead', cost: 100 });
    });

    it('counts from midnight of the zone, or over the last hours', { timeout: SLOW }, async () => {
      const budgets = [
        { limit: 100, window: 'day', timeZone: 'Pacific/Auckland' } as const,
        { limit: 100, window: 'rolling', seconds: 3600 } as const,
      ];
      const org = await anOrg({ budgets, agents: { coder: { mode: 'pool', taskBudget: 100 } } });
      await org.task();
      await org.task();
      const { fence } = await org.claimOne();
      await org.dispatcher.complete({ fence, outcome: 'succeeded', usage: [{ ...USAGE, cost: 100 }] });
      const { store } = org.dispatcher;
      const [day] = await store.read(
        `select (ends at time zone 'Pacific/Auckland')::time::text from budget where owner = $1 and span = 'day'`,
        [org.name],
      );
      expect(day).toBe('00:00:00');
      const pass = async (table: string, where = 'true') => {
        await store.read(`update ${table} set ends = clock_timestamp() where owner = $1 and ${where} returning null`, [org.name]);
        await org.passTime();
      };
      await pass('budget', "span = 'day'");
      expect(await org.claim()).toEqual([]);
      await pass('budget_slice');
      expect(await org.claim()).toHaveLength(1);
    });

    it('that can never be there is refused', { timeout: SLOW }, async () => {
      const org = await anOrg({ budgets: [{ limit: 100, window: 'month' }] });
      await expect(org.task({ budget: 101 })).rejects.toMatchObject({ code: 'FW_BUDGET_TOO_SMALL' });
      await expect(org.graph({ budget: 101 }, {})).rejects.toMatchObject({ code: 'FW_BUDGET_TOO_SMALL', at: '/tasks/0/budget' });
    });
  });

  describe('people', () => {
    const QUESTION = { key: 'colour', kind: 'question', text: 'Which colour?' } as const;

    it('answer what a task waits for', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      const { fence } = await org.claimOne();
      const question = await org.dispatcher.ask(fence, QUESTION);
      expect(await org.dispatcher.ask(fence, QUESTION)).toBe(question);
      await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'answers' } });
      expect(await org.see(task)).toMatchObject({ state: 'waiting', waitsFor: 'question', failures: 0 });
      await org.dispatcher.answer(org.name, question, { answer: 'blue' }, 'ann');
      expect((await org.claimOne()).answers).toEqual([{ question, key: 'colour', state: 'answered', answer: 'blue' }]);
      await expect(org.dispatcher.answer(org.name, question, { answer: 'red' }, 'bob')).rejects.toMatchObject({
        code: 'FW_STATE_CONFLICT',
      });
      await expect(org.dispatcher.answer('org-1', question, { answer: 'red' }, 'bob')).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    });

    it('who answer before the task waits are not missed', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task();
      const { fence } = await org.claimOne();
      await org.dispatcher.answer(org.name, await org.dispatcher.ask(fence, QUESTION), { answer: 'blue' }, 'ann');
      await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'answers' } });
      expect((await org.claimOne()).answers).toHaveLength(1);
    });

    it('who do not answer have not approved', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task();
      const { fence } = await org.claimOne();
      const ask = {
        key: 'merge',
        kind: 'approval',
        text: 'Merge?',
        subject: 'sha256:1',
        timeoutSeconds: 60,
        ifUnanswered: { approved: true },
      } as const;
      const question = await org.dispatcher.ask(fence, ask);
      await expect(
        org.dispatcher.answer(org.name, question, { answer: { approved: true }, subject: 'sha256:2' }, 'ann'),
      ).rejects.toMatchObject({ code: 'FW_STATE_CONFLICT' });
      await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'answers' } });
      await org.passTime();
      expect((await org.claimOne()).answers).toEqual([{ question, key: 'merge', state: 'expired', answer: { approved: false } }]);
    });

    it('and events wake what waits for them, before or after, and never another org', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task();
      await rest(org, { for: 'event', key: 'deploy/7' });
      expect(await org.dispatcher.signal('org-1', { key: 'deploy/7' })).toBe(0);
      expect(await org.dispatcher.signal(org.name, { key: 'deploy/7', data: { ok: true } })).toBe(1);
      const claim = await org.claimOne();
      expect(claim.signal).toEqual({ key: 'deploy/7', data: { ok: true } });
      await org.dispatcher.signal(org.name, { key: 'deploy/8' });
      await org.dispatcher.complete({ fence: claim.fence, outcome: 'waiting', wait: { for: 'event', key: 'deploy/8' } });
      await rest(org, { for: 'event', key: 'deploy/9', timeoutSeconds: 60 });
      expect(await org.claim()).toEqual([]);
      await org.passTime();
      expect((await org.claimOne()).signal).toEqual({ key: 'deploy/9', timedOut: true });
    });

    it('pause and resume one task', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      await org.dispatcher.rest(org.name, task, true);
      expect(await org.states(task)).toEqual(['paused']);
      expect(await org.claim()).toEqual([]);
      await org.dispatcher.rest(org.name, task, false);
      const { fence } = await org.claimOne();
      await org.dispatcher.rest(org.name, task, true);
      expect(await org.dispatcher.heartbeat({ fence })).toMatchObject({ directive: 'pause' });
      expect(await org.states(task)).toEqual(['paused']);
      await org.dispatcher.rest(org.name, task, false);
      expect(await org.dispatcher.heartbeat({ fence })).toMatchObject({ directive: 'continue' });
    });
  });

  describe('what workers tell', () => {
    it('is kept once, in order, and marked when it comes too late', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      const { fence } = await org.claimOne();
      const chunk = (seq: number) => ({ seq, stream: 'stdout', text: `line ${seq}` }) as const;
      await org.dispatcher.log(fence, [chunk(0), chunk(1)]);
      await org.dispatcher.log(fence, [chunk(1), chunk(2)]);
      await org.dispatcher.events(fence, [{ seq: 1, kind: 'progress', data: { done: 0.5 } }]);
      await org.loseLeases();
      await org.dispatcher.log(fence, [chunk(3)]);
      await expect(org.dispatcher.events(fence, [{ seq: 2, kind: 'progress', data: 1 }])).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
      await expect(org.dispatcher.log({ ...fence, token: task }, [chunk(4)])).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
      const entries = await org.reads.log(org.name, task, { limit: 10 });
      expect(entries.map(({ seq, late }) => [seq, late])).toEqual([
        [0, false],
        [1, false],
        [2, false],
        [3, true],
      ]);
      const [, second] = entries;
      expect((await org.reads.log(org.name, task, { after: second?.id ?? '', limit: 10 })).map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await org.reads.log('org-1', task, { limit: 10 })).toEqual([]);
      expect(await org.history(task)).toEqual(['scheduled', 'claimed', 'progress', 'expired']);
    });
  });
});

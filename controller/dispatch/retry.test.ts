import { expect, it } from 'vitest';
import type { Claim } from '../contract/wire/index.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const SLOW = 30_000;

async function fail(org: TestOrg, claim?: Claim): Promise<Claim> {
  const held = claim ?? (await org.claimOne());
  await org.dispatcher.complete({ fence: held.fence, outcome: 'failed', reason: 'It broke', result: { half: true } });
  return held;
}

async function retry(org: TestOrg, task = ''): Promise<string[]> {
  return org.dispatcher.retry(org.name, task, 'ann');
}

describeStores('A retry by a person', (anOrg) => {
  it('gives a dead task fresh attempts under its old id, and closes what was asked about it', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', attempts: 1 } } });
    const task = await org.task();
    const first = await org.claimOne();
    await org.loseLeases();
    expect(await org.states(task)).toEqual(['dead']);
    expect(await retry(org, task)).toEqual([task]);
    expect(await org.see(task)).toMatchObject({ state: 'queued', failures: 0, attempt: 1 });
    expect((await org.see(task)).endedAt).toBeUndefined();
    expect(await org.reads.questions(org.name, { open: true, limit: 9 })).toEqual([]);
    const [asked] = await org.reads.questions(org.name, { open: false, limit: 9 });
    expect(asked).toMatchObject({ kind: 'escalation', state: 'answered', answer: 'retry', answeredBy: 'ann' });
    expect(await org.dispatcher.complete({ fence: first.fence, outcome: 'succeeded' })).toEqual({ outcome: 'stale' });
    await org.claimOne();
    await org.loseLeases();
    expect(await org.states(task)).toEqual(['dead']);
    expect(await org.reads.questions(org.name, { open: true, limit: 9 })).toHaveLength(1);
    const history = await org.history(task);
    expect(history[4]).toBe('retried');
    expect(history.toSorted()).toEqual(['claimed', 'claimed', 'dead', 'dead', 'expired', 'expired', 'retried', 'scheduled']);
  });

  it('is for what did not succeed, and only in its own org', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const task = await org.task();
    const conflict = {
      code: 'FW_STATE_CONFLICT',
      message: `Task ${task} has not failed; only what is failed, dead or cancelled can be retried`,
    };
    await expect(retry(org, task)).rejects.toMatchObject(conflict);
    await org.succeed(await org.claimOne());
    await expect(retry(org, task)).rejects.toMatchObject(conflict);
    const failed = await org.task();
    await fail(org);
    await expect(retry(await anOrg(), failed)).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, async () => retry(org, failed)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await org.see(failed)).toMatchObject({ state: 'queued' });
    expect((await org.see(failed)).result).toBeUndefined();
  });

  it('opens again what was cancelled or skipped because of the task, and nothing else', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const [bad, cancelled, below, skipped, gone, both, other, late] = await org.graph(
      { key: 'bad', priority: 2 },
      { key: 'cancelled', needs: [{ task: 'bad' }] },
      { key: 'below', needs: [{ task: 'cancelled' }] },
      { key: 'skipped', needs: [{ task: 'bad', onFailure: 'skip' }] },
      { key: 'gone-on', needs: [{ task: 'skipped' }] },
      { key: 'both', needs: [{ task: 'bad' }, { task: 'other' }] },
      { key: 'other', priority: 1 },
      { key: 'late', needs: [{ task: 'skipped' }, { task: 'gone-on' }] },
    );
    const [first, second] = await org.claim(2);
    await fail(org, first);
    await fail(org, second);
    expect(await org.states(bad ?? '', other ?? '', gone ?? '', late ?? '')).toEqual(['failed', 'failed', 'queued', 'waiting']);
    await expect(retry(org, cancelled)).rejects.toMatchObject({
      message: `Task ${cancelled} needs task ${bad}, which did not succeed; retry that one`,
    });
    const again = await retry(org, bad);
    expect(again[0]).toBe(bad);
    expect(new Set(again)).toEqual(new Set([bad, cancelled, below, skipped]));
    expect(await org.states(both ?? '', gone ?? '')).toEqual(['cancelled', 'queued']);
    await retry(org, other);
    expect(await org.states(both ?? '')).toEqual(['waiting']);
    for (let i = 0; i < 9; i += 1) for (const claim of await org.claim(9)) await org.succeed(claim);
    expect(new Set(await org.states(...[bad, cancelled, below, skipped, gone, both, other, late].map((id) => id ?? '')))).toEqual(
      new Set(['succeeded']),
    );
    expect((await org.history(late ?? '')).filter((kind) => kind === 'claimed')).toHaveLength(1);
  });

  it('brings back what was cancelled with the task, and not what had been cancelled before', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', subTasks: { count: 9, depth: 3 } } } });
    const top = await org.task();
    const planner = await org.claimOne();
    const child = await org.task({ parent: top });
    const unwanted = await org.task({ parent: top });
    const grandchild = await org.task({ parent: child });
    await org.dispatcher.cancel(org.name, unwanted, 'Not wanted');
    await org.dispatcher.complete({ fence: planner.fence, outcome: 'waiting', wait: { for: 'tasks', tasks: [child] } });
    await org.dispatcher.cancel(org.name, top, 'Stop');
    await expect(retry(org, child)).rejects.toMatchObject({
      code: 'FW_STATE_CONFLICT',
      message: `Task ${child} is part of task ${top}, which did not succeed; retry that one`,
    });
    expect(await retry(org, top)).toEqual([top, child, grandchild]);
    expect(await org.states(top, child, grandchild, unwanted)).toEqual(['queued', 'queued', 'queued', 'cancelled']);
    await org.dispatcher.cancel(org.name, top, 'Stop again');
    expect((await retry(org, top)).length).toBe(3);
    for (const claim of await org.claim(9)) await org.succeed(claim);
    expect(await org.states(top, child, grandchild)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('of a sub-task is waited for by who still waits', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', subTasks: { count: 9 } } } });
    const top = await org.task();
    const planner = await org.claimOne();
    const a = await org.task({ parent: top });
    const b = await org.task({ parent: top });
    await org.dispatcher.complete({ fence: planner.fence, outcome: 'waiting', wait: { for: 'tasks', tasks: [a, b] } });
    const [first, second] = await org.claim(2);
    await fail(org, first);
    await retry(org, a);
    if (second === undefined) throw new Error('Too few');
    await org.succeed(second);
    expect(await org.states(top)).toEqual(['waiting']);
    await org.succeed(await org.claimOne(), 'fixed');
    expect((await org.claimOne()).needs).toMatchObject([
      { task: a, state: 'succeeded', result: 'fixed' },
      { task: b, state: 'succeeded' },
    ]);
  });

  it('lets the task plan anew what failed below it, once, and keeps what succeeded', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', subTasks: { count: 2 } } } });
    const top = await org.task();
    const plan = async ({ fence }: Claim) => {
      const tasks = ['good', 'bad'].map((key) => ({ key, agent: 'coder', title: key }));
      const planned = await org.dispatcher.schedule(org.name, { tasks }, fence);
      const ids = planned.map(({ task }) => task);
      expect(await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'tasks', tasks: ids } })).toMatchObject({
        outcome: 'recorded',
      });
      return ids;
    };
    const [good = '', bad = ''] = await plan(await org.claimOne());
    const [first, second] = await org.claim(2);
    if (first === undefined) throw new Error('Too few');
    await org.succeed(first, 'made');
    await fail(org, second);
    await fail(org);
    expect(await retry(org, top)).toEqual([top]);

    const again = await org.claimOne();
    expect(again.needs).toMatchObject([{ task: good, state: 'succeeded', result: 'made' }]);
    expect(await plan(again)).toEqual([good, bad]);
    expect(await org.states(top, good, bad)).toEqual(['waiting', 'succeeded', 'queued']);
    await fail(org);
    const last = await org.claimOne();
    expect(last.needs.find(({ task }) => task === bad)).toMatchObject({ state: 'failed' });
    await plan(last);
    expect(await org.states(top, bad)).toEqual(['queued', 'failed']);
  });

  it('gives the task its own budget anew, within the limits of all others', { timeout: SLOW }, async () => {
    const org = await anOrg({ budgets: [{ limit: 250, window: 'total' }] });
    const top = await org.task({ subTasks: { count: 5, budget: 150 } });
    await org.succeed(await org.claimOne());
    const task = await org.task({ budget: 100 });
    const spend = async (cost: number) => {
      const { fence, budget } = await org.claimOne();
      await org.dispatcher.complete({
        fence,
        outcome: 'failed',
        retry: true,
        reason: 'No',
        usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost }],
      });
      return budget;
    };
    expect(await spend(100)).toBe(100);
    expect(await org.see(task)).toMatchObject({ state: 'dead', reason: 'No', cost: 100 });
    await retry(org, task);
    expect(await spend(100)).toBe(100);
    await retry(org, task);
    expect(await org.claim()).toEqual([]);
    await org.dispatcher.topUp(org.name, 'total', 50);
    expect((await org.claimOne()).budget).toBe(100);
    expect(await org.see(top)).toMatchObject({ state: 'succeeded' });
  });

  it('of a sub-task reserves no more than the task above allows', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const top = await org.task({ subTasks: { count: 5, budget: 150 } });
    await org.claimOne();
    const part = await org.task({ parent: top, budget: 100 });
    const { fence } = await org.claimOne();
    await org.dispatcher.complete({
      fence,
      outcome: 'failed',
      reason: 'No',
      usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost: 60 }],
    });
    await expect(retry(org, part)).rejects.toMatchObject({ code: 'FW_SUBTASK_LIMIT' });
  });

  it('lets what was asked before the cancel be asked again', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const task = await org.task();
    const ask = { key: 'colour', kind: 'question', text: 'Which colour?' } as const;
    const { fence } = await org.claimOne();
    const question = await org.dispatcher.ask(fence, ask);
    await org.dispatcher.cancel(org.name, task, 'Stop');
    await retry(org, task);
    const next = await org.claimOne();
    expect(await org.dispatcher.ask(next.fence, ask)).toBe(question);
    await org.dispatcher.complete({ fence: next.fence, outcome: 'waiting', wait: { for: 'answers' } });
    expect(await org.states(task)).toEqual(['waiting']);
    await org.dispatcher.answer(org.name, question, { answer: 'blue' }, 'ann');
    expect((await org.claimOne()).answers).toMatchObject([{ answer: 'blue' }]);
  });

  it('is refused for an agent that is gone', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const task = await org.task();
    await fail(org);
    await org.dispatcher.applyFleet({ contract: '1.0', orgs: { [org.name]: { agents: {} } } });
    await expect(retry(org, task)).rejects.toMatchObject({ code: 'FW_AGENT_UNKNOWN' });
  });
});

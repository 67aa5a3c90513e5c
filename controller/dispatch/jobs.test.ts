import { expect, it } from 'vitest';
import { describeStores, type TestOrg } from './testing/index.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describeStores('What becomes Jobs', (anOrg) => {
  async function look(org: TestOrg, tasks: readonly string[] = [], most = 100): Promise<string[]> {
    const found = await org.dispatcher.store.call<{ task: string; state: string; attempt: number }[]>(
      'job_tasks',
      [org.name, ['coder'], tasks, most],
      { org: org.name },
    );
    return found.map(({ state, attempt }) => `${state} ${attempt}`);
  }

  async function fail(org: TestOrg, task: string, attempt = 1): Promise<boolean> {
    return org.dispatcher.store.call('fail_job', [org.name, task, attempt, 'no image'], { org: org.name });
  }

  it('are claimed by id, by a worker of their agent alone', async () => {
    const org = await anOrg({ agents: { coder: { mode: 'job' }, tester: { mode: 'job' } } });
    const [, second] = [await org.task(), await org.task()];
    const claim = async (agent: string, task: string) => (await org.dispatcher.claim(org.name, { agents: [agent], count: 9, task })).length;
    expect(await claim('tester', second)).toBe(0);
    expect(await claim('coder', NOBODY)).toBe(0);
    expect(await claim('coder', second)).toBe(1);
    expect(await claim('coder', second)).toBe(0);
    expect(await org.states(second)).toEqual(['claimed']);
    expect(await org.counters()).toMatchObject({ org: 2, agents: 2, ready: 2 });
  });

  it('are waited for', async () => {
    const org = await anOrg({ agents: { coder: { mode: 'job', paused: true } } });
    const task = await org.task();
    const claim = org.dispatcher.claim(org.name, { agents: ['coder'], task, waitSeconds: 20 });
    await anOrgGoesOn(org);
    expect((await claim).map(({ fence }) => fence.task)).toEqual([task]);
  });

  async function anOrgGoesOn({ dispatcher, name }: TestOrg): Promise<void> {
    await dispatcher.store.read("update agent set paused = false where address = $1 || '/coder' returning null", [name]);
    await dispatcher.hold(name, undefined, false);
  }

  it('are ready tasks, the first ones first, and those that were asked about', async () => {
    const org = await anOrg({ agents: { coder: { mode: 'job', maxRunning: 3, attempts: 5 } } });
    const tasks = await org.graph({ priority: 1 }, {}, {}, {});
    expect(await look(org)).toEqual(['ready 1', 'ready 1', 'ready 1']);
    expect(await look(org, [], 2)).toEqual(['ready 1', 'ready 1']);
    expect(await look(org, [tasks[3] ?? '', NOBODY], 0)).toEqual(['ready 1', 'ready 1', 'resting 1']);
    expect(await look(org, [tasks[0] ?? '', tasks[1] ?? ''], 2)).toEqual(['ready 1', 'ready 1', 'ready 1']);
    expect(await look(await anOrg(), tasks)).toEqual([]);
  });

  it('say how a task stands, and which attempt a Job would be for', async () => {
    const org = await anOrg({ agents: { coder: { mode: 'job', attempts: 5 } } });
    const task = await org.task();
    const seen: string[] = [];
    const see = async () => seen.push(...(await look(org, [task])));
    await see();
    await org.dispatcher.rest(org.name, task, true);
    await see();
    await org.dispatcher.rest(org.name, task, false);
    const claim = await org.claimOne();
    await see();
    await org.dispatcher.complete({ fence: claim.fence, outcome: 'failed', reason: 'once', retry: true });
    await see();
    await org.passTime();
    await see();
    await org.succeed(await org.claimOne());
    await see();
    expect(seen).toEqual(['ready 1', 'resting 1', 'held 1', 'resting 2', 'ready 2', 'ended 2']);
    const other = await org.task();
    await org.dispatcher.cancel(org.name, other, 'not needed');
    expect(await look(org, [other])).toEqual(['cancelled 0']);
  });

  it('fail as attempts, claimed or not, once', async () => {
    const org = await anOrg({
      agents: { coder: { mode: 'job', attempts: 3, taskBudget: 100 } },
      budgets: [{ limit: 1000, window: 'day' }],
    });
    const task = await org.task();
    expect([await fail(org, task, 2), await fail(org, NOBODY), await fail(await anOrg(), task)]).toEqual([false, false, false]);
    expect(await org.states(task)).toEqual(['queued']);
    expect(await fail(org, task)).toBe(true);
    expect(await fail(org, task)).toBe(false);
    expect(await org.see(task)).toMatchObject({ state: 'waiting', waitsFor: 'backoff', attempt: 1, failures: 1, reason: 'no image' });
    await org.passTime();
    const claim = await org.claimOne();
    expect(await fail(org, task, 2)).toBe(true);
    expect(await org.dispatcher.complete({ fence: claim.fence, outcome: 'succeeded', result: null })).not.toMatchObject({
      outcome: 'recorded',
    });
    await org.passTime();
    expect(await fail(org, task, 3)).toBe(true);
    expect(await org.see(task)).toMatchObject({ state: 'dead', failures: 3 });
    const kinds = Map.groupBy(await org.history(task), (kind) => kind);
    expect(['claimed', 'ended', 'dead'].map((kind) => kinds.get(kind)?.length)).toEqual([3, 3, 1]);
    expect(await org.counters()).toMatchObject({ org: 0, agents: 0, reserved: 0, held: 0 });
  });

  it('do not fail while they rest, nor after their end', async () => {
    const org = await anOrg({ agents: { coder: { mode: 'job', maxRunning: 0 } } });
    const task = await org.task();
    expect(await fail(org, task)).toBe(false);
    await org.dispatcher.cancel(org.name, task, 'not needed');
    expect(await fail(org, task)).toBe(false);
    expect(await org.see(task)).toMatchObject({ state: 'cancelled', reason: 'not needed' });
  });
});

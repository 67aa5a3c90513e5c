import { expect, it } from 'vitest';
import type { Claim, CompletionAnswer } from '../contract/wire/index.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const SLOW = 30_000;
const PLANNER = { agents: { coder: { mode: 'pool', subTasks: { count: 300, depth: 5 } } } } as const;

/** A running task with sub-tasks, made by who holds it. */
async function planned(org: TestOrg, count: number): Promise<{ top: string; planner: Claim; parts: string[] }> {
  const top = await org.task({ title: 'Plan' });
  const planner = await org.claimOne();
  const tasks = Array.from({ length: count }, (_, i) => ({ agent: 'coder', title: `Part ${i}` }));
  const parts = await org.dispatcher.schedule(org.name, { tasks }, planner.fence);
  return { top, planner, parts: parts.map(({ task }) => task) };
}

async function waitFor(org: TestOrg, { fence }: Claim, tasks: string[], timeoutSeconds?: number): Promise<CompletionAnswer> {
  const wait = { for: 'tasks' as const, tasks, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
  return org.dispatcher.complete({ fence, outcome: 'waiting', wait });
}

describeStores('Waiting for tasks', (anOrg) => {
  it('lasts until all of them have ended, however they end, and brings their results', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 4);
    expect(await waitFor(org, planner, parts)).toEqual({ outcome: 'recorded', state: 'waiting' });
    expect(await waitFor(org, planner, parts)).toEqual({ outcome: 'replayed', state: 'waiting' });
    expect(await org.see(top)).toMatchObject({ state: 'waiting', waitsFor: 'tasks', failures: 0 });
    const [a, b, c] = await org.claim(3);
    if (a === undefined || b === undefined || c === undefined) throw new Error('Too few');
    await org.succeed(a, { tests: 'green' });
    await org.dispatcher.complete({ fence: b.fence, outcome: 'failed', reason: 'No' });
    await org.dispatcher.cancel(org.name, parts[3] ?? '', 'Not wanted');
    expect(await org.states(top)).toEqual(['waiting']);
    await org.succeed(c);
    const next = await org.claimOne();
    expect(next.fence).toMatchObject({ task: top, attempt: 2 });
    expect(next.needs).toEqual([
      { task: parts[0], state: 'succeeded', result: { tests: 'green' } },
      { task: parts[1], state: 'failed', result: null },
      { task: parts[2], state: 'succeeded', result: null },
      { task: parts[3], state: 'cancelled', result: null },
    ]);
    expect(next.signal).toBeUndefined();
  });

  it('is over at once when all have ended before', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 1);
    await org.succeed(await org.claimOne(), 7);
    await waitFor(org, planner, parts);
    expect((await org.claimOne()).needs).toEqual([{ task: parts[0], state: 'succeeded', result: 7 }]);
    expect(await org.history(top)).toEqual(['scheduled', 'claimed', 'ended', 'claimed']);
  });

  it('counts what dies and what is lost on the way', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { ...PLANNER.agents.coder, attempts: 1 } } });
    const { top, planner, parts } = await planned(org, 1);
    await waitFor(org, planner, parts);
    await org.claimOne();
    await org.loseLeases();
    expect(await org.states(...parts, top)).toEqual(['dead', 'queued']);
  });

  it('ends by itself when its time is over, and is not counted twice', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 2);
    const [first] = await org.claim();
    await waitFor(org, planner, parts, 60);
    await org.passTime();
    const claims = await org.claim(3);
    const woken = claims.find(({ fence }) => fence.task === top);
    const second = claims.find(({ fence }) => fence.task !== top);
    if (woken === undefined || second === undefined || first === undefined) throw new Error('Too few');
    expect(woken.signal).toEqual({ key: 'tasks', timedOut: true });
    expect(woken.needs.map(({ state }) => state)).toEqual(['claimed', 'queued']);
    await waitFor(org, woken, [second.fence.task]);
    await org.succeed(first);
    expect(await org.states(top)).toEqual(['waiting']);
    await org.succeed(second);
    const last = await org.claimOne();
    expect(last.signal).toBeUndefined();
    expect(last.needs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });

  it('whose time is over means nothing to a later wait for something else', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 1);
    const part = await org.claimOne();
    await waitFor(org, planner, parts, 60);
    await org.passTime();
    const woken = await org.claimOne();
    await org.dispatcher.complete({ fence: woken.fence, outcome: 'waiting', wait: { for: 'event', key: 'k' } });
    await org.dispatcher.complete({ fence: part.fence, outcome: 'failed', reason: 'No' });
    expect(await org.states(top)).toEqual(['waiting']);
    await org.dispatcher.signal(org.name, { key: 'k' });
    expect((await org.claimOne()).needs).toMatchObject([{ state: 'failed' }]);
  });

  it('is refused for what is not below, and for what waits for the task itself', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 1);
    const stranger = await org.task({ priority: -1 });
    const foreign = await (await anOrg()).task();
    for (const task of [stranger, foreign, top, '00000000-0000-0000-0000-000000000000'])
      await expect(waitFor(org, planner, [...parts, task])).rejects.toMatchObject({
        code: 'FW_NEED_UNKNOWN',
        at: '/wait/tasks',
        message: `Task ${top} may wait for tasks below it, and ${task} is none; name its sub-tasks, or theirs`,
      });
    const [part = ''] = parts;
    const below = await org.claimOne();
    expect(below.fence.task).toBe(part);
    await expect(waitFor(org, below, [top])).rejects.toMatchObject({ code: 'FW_NEED_UNKNOWN' });
    const [after] = await org.dispatcher.schedule(
      org.name,
      { tasks: [{ agent: 'coder', title: 'After the plan', needs: [{ task: top }] }] },
      planner.fence,
    );
    await expect(waitFor(org, planner, [after?.task ?? ''])).rejects.toMatchObject({
      code: 'FW_GRAPH_CYCLE',
      message: `Task ${after?.task} waits for task ${top} to end, so that one cannot wait for it; end first`,
    });
    expect(await org.dispatcher.heartbeat({ fence: planner.fence })).toMatchObject({ outcome: 'held' });
    const [grandchild] = await org.dispatcher.schedule(org.name, { tasks: [{ agent: 'coder', title: 'Deep' }] }, below.fence);
    expect(await waitFor(org, planner, [part, grandchild?.task ?? ''])).toMatchObject({ outcome: 'recorded' });
  });

  it('is for 256 tasks in all', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { planner, parts } = await planned(org, 257);
    for (const part of parts.slice(0, 256)) await org.dispatcher.cancel(org.name, part, 'Not wanted');
    await waitFor(org, planner, parts.slice(0, 256));
    const claims = await org.claim(2);
    const again = claims.find(({ fence }) => fence.attempt === 2);
    if (again === undefined) throw new Error('It did not go on');
    await expect(waitFor(org, again, parts.slice(256))).rejects.toMatchObject({ code: 'FW_TOO_LARGE' });
  });

  it('frees slot and money, and ends with the task', { timeout: SLOW }, async () => {
    const org = await anOrg({
      maxRunning: 1,
      budgets: [{ limit: 100, window: 'total' }],
      agents: { coder: { ...PLANNER.agents.coder, taskBudget: 60 } },
    });
    const { top, planner, parts } = await planned(org, 1);
    await waitFor(org, planner, parts);
    const part = await org.claimOne();
    expect(part.fence.task).toBe(parts[0]);
    expect(await org.dispatcher.cancel(org.name, top, 'Enough')).toBe(2);
    expect(await org.dispatcher.heartbeat({ fence: part.fence })).toEqual({ outcome: 'stale' });
    expect(await org.counters()).toMatchObject({ org: 0, agents: 0, queued: 0, reserved: 0 });
  });

  it('changes nothing for a stale fence', { timeout: SLOW }, async () => {
    const org = await anOrg(PLANNER);
    const { top, planner, parts } = await planned(org, 1);
    await org.loseLeases();
    expect(await waitFor(org, planner, parts)).toEqual({ outcome: 'stale' });
    expect(await org.see(top)).toMatchObject({ waitsFor: 'backoff' });
  });
});

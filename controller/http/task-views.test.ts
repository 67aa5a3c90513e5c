import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewTask, Scheduled, TaskGraph, TaskSummary } from '../contract/wire/index.ts';
import { openApi, type TestApi } from './testing/index.ts';

/** A start of the database takes longer on a busy machine. */
const SLOW = 60_000;

let api: TestApi;

beforeAll(async () => {
  api = await openApi();
}, SLOW);
afterAll(async () => api.close());

/** Each may spend next to nothing, so that none holds the budget of all. */
async function schedule(tasks: readonly NewTask[]): Promise<string[]> {
  const { body } = await api.call('operator', 'POST', '/tasks', { tasks: tasks.map((task) => ({ budget: 1, ...task })) });
  return (body as { tasks: Scheduled[] }).tasks.map(({ task }) => task);
}

async function list(query: string): Promise<{ readonly items: readonly TaskSummary[]; readonly cursor?: string }> {
  const { status, body } = await api.call('viewer', 'GET', `/tasks?${query}`);
  expect(status).toBe(200);
  return body as { items: TaskSummary[]; cursor?: string };
}

describe('a list of tasks', () => {
  it(
    'finds the one among many, in pages that each look at a part',
    async () => {
      const [needle] = await schedule([{ agent: 'reviewer', title: 'The Needle' }]);
      for (let i = 0; i < 2; i += 1) await schedule(Array.from({ length: 800 }, () => ({ agent: 'reviewer', title: 'Hay' })));
      const first = await list('title=needle&limit=10');
      expect(first.items).toEqual([]);
      expect(first.cursor).toBeDefined();
      const second = await list(`title=needle&limit=10&before=${first.cursor}`);
      expect(second.items.map(({ id }) => id)).toEqual([needle]);
      expect(second.cursor).toBeUndefined();
      expect((await list('title=%25&limit=10')).items).toEqual([]);
    },
    SLOW,
  );

  it('finds what is held at once, however many stand before it', async () => {
    const id = await api.task({ budget: 1 });
    await schedule(Array.from({ length: 1000 }, () => ({ agent: 'reviewer', title: 'Hay' })));
    const { fence } = await api.claim();
    expect((await list('state=claimed')).items.map((task) => task.id)).toEqual([id]);
    await api.call('worker', 'POST', `/tasks/${id}/start`, { fence });
    expect((await list('state=running')).items.map((task) => task.id)).toEqual([id]);
    expect((await list('state=running&agent=reviewer')).items).toEqual([]);
    expect((await list('state=running&title=nothing')).items).toEqual([]);
    await api.call('worker', 'POST', '/completions', { completions: [{ fence, outcome: 'succeeded' }] });
    expect((await list('state=running')).items).toEqual([]);
  });
});

describe('the graph of a task', () => {
  it('has those that it needs, that need it, and those above and below, with theirs', async () => {
    const [plan = '', build = '', ship = ''] = await schedule([
      { agent: 'coder', title: 'Plan', key: 'plan', subTasks: { count: 5 } },
      { agent: 'coder', title: 'Build', key: 'build', needs: [{ task: 'plan', as: 'plan' }] },
      { agent: 'coder', title: 'Ship', key: 'ship', needs: [{ task: 'build' }] },
    ]);
    const [sub = ''] = await schedule([{ agent: 'reviewer', title: 'Look', parent: plan }]);
    const { body } = await api.call('viewer', 'GET', `/tasks/${sub}/graph`);
    const { tasks, needs, more } = body as TaskGraph;
    expect(tasks.map(({ id }) => id)).toEqual([sub, plan, build, ship]);
    expect(needs).toEqual([
      { task: build, needed: plan, as: 'plan', settled: false },
      { task: ship, needed: build, settled: false },
    ]);
    expect(more).toBe(false);
    expect((await api.call('foreign operator', 'GET', `/v1/orgs/other/tasks/${sub}/graph`)).status).toBe(404);
  });

  it('ends at two hundred tasks, and says so', async () => {
    const [root = ''] = await schedule([{ agent: 'reviewer', title: 'Root', subTasks: { count: 300 } }]);
    await schedule(Array.from({ length: 250 }, () => ({ agent: 'reviewer', title: 'Below', parent: root })));
    const graph = (await api.call('viewer', 'GET', `/tasks/${root}/graph`)).body as TaskGraph;
    expect([graph.tasks.length, graph.tasks[0]?.id, graph.more]).toEqual([200, root, true]);
  });
});

describe('the history of a task', () => {
  it('tells who scheduled it, with which fleet, and how each attempt went', async () => {
    const id = await api.task({ title: 'With a history', priority: 50, budget: 1 });
    const first = await api.claim();
    expect(first.fence.task).toBe(id);
    await api.call('worker', 'POST', `/tasks/${id}/start`, { fence: first.fence, worker: 'coder-1' });
    const usage = [{ model: 'scripted', inputTokens: 3, outputTokens: 4, cost: 5 }];
    await api.call('worker', 'POST', '/completions', { completions: [{ fence: first.fence, outcome: 'failed', reason: 'No', usage }] });
    const { status, body } = await api.call('viewer', 'GET', `/tasks/${id}/history`);
    expect(status).toBe(200);
    expect(body).toEqual({
      models: [],
      scheduledBy: { name: 'operator', token: expect.stringMatching(/^[0-9a-f]{16}$/) },
      attempts: [
        {
          attempt: 1,
          claimedAt: expect.any(String),
          startedAt: expect.any(String),
          endedAt: expect.any(String),
          worker: 'coder-1',
          outcome: 'failed',
          reason: 'No',
          fleet: expect.stringMatching(/^[0-9a-f]{64}$/),
          usage,
        },
      ],
    });
  });

  it('tells of an agent that is a process here, rather than of an image', async () => {
    const local = { repository: '/home/ann/product.git' };
    const spec = { coder: { mode: 'pool' }, reviewer: { mode: 'pool', local } } as const;
    await api.dispatcher.applyFleet({ contract: '1.1', orgs: { acme: { agents: spec }, other: { agents: spec } } });
    const id = await api.task({ agent: 'reviewer', budget: 1 });
    const { body } = await api.call('viewer', 'GET', `/tasks/${id}/history`);
    expect(body).toMatchObject({ local, models: [] });
    expect(body).not.toHaveProperty('image');
  });

  it('knows which fleet was in force when, and keeps one entry for what has not changed', async () => {
    const versions = async () => api.dispatcher.store.read('select to_json(digest) from fleet_version order by id', []);
    const before = await versions();
    const agents = { coder: { mode: 'pool' }, reviewer: { mode: 'pool' } } as const;
    const fleet = { contract: '1.0', orgs: { acme: { agents, maxRunning: 7 }, other: { agents } } };
    await api.dispatcher.applyFleet(fleet);
    await api.dispatcher.applyFleet(fleet);
    expect(await versions()).toHaveLength(before.length + 1);
  });

  it('has no attempt of a task that nobody has taken', async () => {
    const id = await api.task({ agent: 'reviewer', budget: 1 });
    expect((await api.call('viewer', 'GET', `/tasks/${id}/history`)).body).toMatchObject({
      attempts: [],
      scheduledBy: { name: 'operator' },
    });
  });
});

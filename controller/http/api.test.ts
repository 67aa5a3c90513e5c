import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../contract/wire/index.ts';
import { ACCESS } from './index.ts';
import { openApi, type TestApi } from './testing/index.ts';

describe('The API', { timeout: 30_000 }, () => {
  let api: TestApi;
  beforeAll(async () => (api = await openApi()), 60_000);
  afterAll(async () => api.close());

  const end = async (fence: unknown, rest: object = { outcome: 'succeeded' }) =>
    api.call('worker', 'POST', '/completions', { completions: [{ fence, ...rest }] });

  it('takes a task from its schedule to its end', async () => {
    const task = await api.task({ input: { issue: 7 } });
    expect((await api.call('viewer', 'GET', '/agents/coder/queue')).body).toEqual({ unfinished: 1 });
    const { fence, input } = await api.claim();
    expect(fence.task).toBe(task);
    expect(input).toEqual({ issue: 7 });
    expect((await api.call('worker', 'POST', `/tasks/${task}/start`, { fence, worker: 'pod-1' })).status).toBe(204);
    const beat = await api.call('worker', 'POST', '/heartbeats', { heartbeats: [{ fence, cost: 5 }] });
    expect(beat.body).toMatchObject({ answers: [{ outcome: 'held', directive: 'continue' }] });
    const chunks = [{ seq: 0, stream: 'stdout', text: 'Works.\n' }];
    expect((await api.call('worker', 'POST', `/tasks/${task}/log`, { fence, chunks })).status).toBe(204);
    const events = [{ seq: 1, kind: 'progress', data: { done: 0.5 } }];
    expect((await api.call('worker', 'POST', `/tasks/${task}/events`, { fence, events })).status).toBe(204);
    const usage = [{ model: 'small', inputTokens: 10, outputTokens: 2, cost: 7 }];
    expect((await end(fence, { outcome: 'succeeded', result: { url: 'x' }, usage })).body).toEqual({
      answers: [{ outcome: 'recorded', state: 'succeeded' }],
    });
    expect((await end(fence)).body).toEqual({ answers: [{ outcome: 'replayed', state: 'succeeded' }] });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'succeeded', result: { url: 'x' }, cost: 7 });
    expect((await api.call('viewer', 'GET', `/tasks/${task}/log`)).body).toMatchObject({ items: [{ text: 'Works.\n', late: false }] });
    const history = await api.call('viewer', 'GET', `/tasks/${task}/events`);
    expect((history.body['items'] as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      'scheduled',
      'claimed',
      'started',
      'progress',
      'ended',
    ]);
    expect((await api.call('viewer', 'GET', '/usage')).body).toMatchObject({ items: [{ agent: 'coder', model: 'small', cost: 7 }] });
  });

  it('schedules a task once, however often its key comes', async () => {
    const tasks = [{ agent: 'reviewer', title: 'Once', key: 'github:1' }];
    const answers = await Promise.all(Array.from({ length: 64 }, async () => api.call('operator', 'POST', '/tasks', { tasks })));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => (body['tasks'] as { task: string }[])[0]?.task)).size).toBe(1);
    const other = await api.call('operator', 'POST', '/tasks', { tasks: [{ agent: 'reviewer', title: 'Another', key: 'github:1' }] });
    expect(other).toMatchObject({ status: 409, body: { code: 'FW_KEY_REUSED' } });
  });

  it('lists tasks page by page', async () => {
    for (let i = 0; i < 3; i += 1) {
      // One after the other.
      await api.task({ agent: 'reviewer', title: `Page ${i}` });
    }
    const first = await api.call('viewer', 'GET', '/tasks?agent=reviewer&state=queued&limit=2');
    expect((first.body['items'] as { title: string }[]).map(({ title }) => title)).toEqual(['Page 2', 'Page 1']);
    const next = await api.call('viewer', 'GET', `/tasks?agent=reviewer&limit=1&before=${String(first.body['cursor'])}`);
    expect(next.body).toMatchObject({ items: [{ title: 'Page 0' }] });
    expect((await api.call('viewer', 'GET', '/tasks?limit=0')).body).toMatchObject({ code: 'FW_BODY_INVALID', at: '/limit' });
    expect((await api.call('viewer', 'GET', '/tasks?agnet=coder')).body).toMatchObject({ detail: "'/agnet' is not known here" });
  });

  it('cancels, pauses and resumes', async () => {
    const task = await api.task();
    expect((await api.call('operator', 'POST', `/tasks/${task}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await api.call('operator', 'POST', `/tasks/${task}/pause`)).body).toMatchObject({ code: 'FW_STATE_CONFLICT' });
    expect((await api.call('operator', 'POST', `/tasks/${task}/resume`)).body).toMatchObject({ state: 'queued' });
    expect((await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Not needed' })).body).toEqual({ ended: 1 });
    expect((await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Not needed' })).body).toEqual({ ended: 0 });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'cancelled', reason: 'Not needed' });
  });

  it('asks people, and records who answered what they looked at', async () => {
    const task = await api.task();
    const { fence } = await api.claim();
    const ask = { fence, key: 'merge', kind: 'approval', text: 'Merge it?', subject: 'sha256:1' };
    const asked = await api.call('worker', 'POST', `/tasks/${task}/questions`, ask);
    expect(asked.status).toBe(201);
    const question = String(asked.body['question']);
    await end(fence, { outcome: 'waiting', wait: { for: 'answers' } });
    expect((await api.call('viewer', 'GET', '/questions?open=true')).body).toMatchObject({ items: [{ id: question, state: 'open' }] });
    const answer = async (subject: string) =>
      api.call('operator', 'POST', `/questions/${question}/answer`, { answer: { approved: true }, subject });
    expect((await answer('sha256:2')).body).toMatchObject({ code: 'FW_STATE_CONFLICT' });
    expect((await answer('sha256:1')).body).toMatchObject({
      state: 'answered',
      answeredBy: expect.stringMatching(/^operator \([0-9a-f]{16}\)$/),
    });
    expect((await answer('sha256:1')).status).toBe(409);
    const claim = await api.claim();
    expect(claim.answers).toMatchObject([{ key: 'merge', answer: { approved: true } }]);
    await end(claim.fence);
  });

  it('plans sub-tasks under the fence of the task', async () => {
    const task = await api.task({ subTasks: { count: 1 } });
    const { fence } = await api.claim();
    const plan = { fence, tasks: [{ agent: 'reviewer', title: 'A part' }] };
    const planned = await api.call('worker', 'POST', `/tasks/${task}/tasks`, plan);
    expect(planned.status).toBe(201);
    const [part] = planned.body['tasks'] as { task: string }[];
    expect((await api.call('worker', 'GET', `/tasks/${part?.task}`)).body).toMatchObject({ parent: task });
    expect((await api.call('worker', 'POST', `/tasks/${task}/tasks`, plan)).body).toMatchObject({ code: 'FW_SUBTASK_LIMIT' });
    await end(fence);
    expect((await api.call('worker', 'POST', `/tasks/${task}/tasks`, plan)).body).toMatchObject({ code: 'FW_FENCE_STALE' });
  });

  it('wakes what waits for a signal', async () => {
    await api.task();
    const { fence } = await api.claim();
    await end(fence, { outcome: 'waiting', wait: { for: 'event', key: 'ci' } });
    expect((await api.call('operator', 'POST', '/signals', { key: 'ci', data: { green: true } })).body).toEqual({ woken: 1 });
    const claim = await api.claim();
    expect(claim.signal).toEqual({ key: 'ci', data: { green: true } });
    await end(claim.fence);
  });

  it('holds agents and orgs', async () => {
    await api.task();
    expect((await api.call('operator', 'POST', '/agents/coder/hold')).status).toBe(204);
    expect((await api.call('worker', 'POST', '/claims', { agents: ['coder'] })).body).toEqual({ claims: [] });
    expect((await api.call('viewer', 'GET', '/agents')).body).toMatchObject({ items: [{ agent: 'coder', paused: true }, {}] });
    await api.call('operator', 'POST', '/agents/coder/release');
    expect((await api.call('operator', 'POST', '/hold')).status).toBe(204);
    expect((await api.call('worker', 'POST', '/claims', { agents: ['coder'] })).body).toEqual({ claims: [] });
    await api.call('operator', 'POST', '/release');
    await end((await api.claim()).fence);
    expect((await api.call('operator', 'POST', '/agents/nobody/hold')).body).toMatchObject({ code: 'FW_NOT_FOUND' });
  });

  it('tops budgets up', async () => {
    const answer = await api.call('admin', 'POST', '/budgets/top-ups', { window: 'day', amount: 5 });
    expect(answer.body).toMatchObject({ items: [{ owner: 'acme', limit: 1_000_000, topUp: 5 }] });
    expect((await api.call('admin', 'POST', '/budgets/top-ups', { window: 'month', amount: 5 })).status).toBe(404);
  });

  it('answers a long-poll when work comes', async () => {
    const waiting = api.call('worker', 'POST', '/claims', { agents: ['coder'], waitSeconds: 20 });
    const task = await api.task();
    const { body } = await waiting;
    expect(body).toMatchObject({ claims: [{ fence: { task } }] });
    await end((body['claims'] as { fence: unknown }[])[0]?.fence);
  });

  it('understands the typed client of workers', async () => {
    const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const client = new Client({ url, org: 'acme', token: () => api.names.get('worker') ?? '' });
    const task = await api.task();
    const [claim] = await client.claim({ agents: ['coder'], waitSeconds: 1 });
    expect(claim?.fence.task).toBe(task);
    const { fence } = claim ?? (await api.claim());
    await client.start({ fence });
    expect(await client.heartbeat({ fence })).toMatchObject({ outcome: 'held' });
    await client.log(fence, [{ seq: 0, stream: 'agent', text: 'Hello' }]);
    await client.events(fence, [{ seq: 1, kind: 'note', data: null }]);
    expect(await client.ask(fence, { key: 'k', kind: 'question', text: 'What?' })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await client.complete({ fence, outcome: 'succeeded' })).toEqual({ outcome: 'recorded', state: 'succeeded' });
    await expect(client.start({ fence }, { retryMs: 0 })).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
    await expect(client.claim({ agents: ['reviewer'] })).rejects.toMatchObject({ code: 'FW_FORBIDDEN', at: '/agents/0' });
  });

  it('tells what it can do, in terms of OpenAPI 3.1', async () => {
    const document = (await api.app.inject('/openapi.json')).json<{ openapi: string; paths: Record<string, object> }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/v1/orgs/{org}/agents/{agent}/queue');
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as { operationId: string }[]);
    // Signing in and webhooks prove who calls in ways of their own.
    const open = ['createSession', 'receiveHook'];
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...Object.keys(ACCESS), ...open].sort());
    expect((await api.app.inject('/readyz')).json()).toEqual({ status: 'ready' });
    expect((await api.app.inject('/metrics')).body).toMatch(/fleetwright_reports_total\{outcome="recorded"\} \d/);
  });
});

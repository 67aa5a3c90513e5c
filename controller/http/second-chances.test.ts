import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pruneToSize } from '../dispatch/index.ts';
import { openApi, type TestApi } from './testing/index.ts';

describe('The API', { timeout: 60_000 }, () => {
  let api: TestApi;
  beforeAll(async () => (api = await openApi()), 60_000);
  afterAll(async () => api.close());

  const end = async (fence: unknown, rest: object) => api.call('worker', 'POST', '/completions', { completions: [{ fence, ...rest }] });

  it('gives a failed task a second chance, once, and notes who did', async () => {
    const task = await api.task();
    expect((await api.call('operator', 'POST', `/tasks/${task}/retry`)).body).toMatchObject({ code: 'FW_STATE_CONFLICT' });
    await end((await api.claim()).fence, { outcome: 'failed', reason: 'No' });
    const retry = await api.call('operator', 'POST', `/tasks/${task}/retry`);
    expect([retry.status, retry.body]).toEqual([200, { reopened: [task] }]);
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'queued', attempt: 1, failures: 0 });
    const { body } = await api.call('viewer', 'GET', `/tasks/${task}/events`);
    expect(body['items']).toContainEqual(
      expect.objectContaining({ kind: 'retried', data: { by: expect.stringMatching(/^operator \(.+\)$/) } }),
    );
    const audit = await api.call('admin', 'GET', '/audit');
    expect(audit.body['items']).toContainEqual(expect.objectContaining({ operation: 'retryTask', status: 200 }));
    await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Seen' });
  });

  it('lets a task wait for tasks below it, and for no others', async () => {
    const [task, other] = [await api.task({ subTasks: { count: 1 } }), await api.task({ agent: 'reviewer' })];
    const { fence } = await api.claim();
    const { body } = await api.call('worker', 'POST', `/tasks/${task}/tasks`, { fence, tasks: [{ agent: 'coder', title: 'Part' }] });
    const [part] = body['tasks'] as { task: string }[];
    const wait = (tasks: unknown[]) => end(fence, { outcome: 'waiting', wait: { for: 'tasks', tasks } });
    expect((await wait([other])).body).toMatchObject({ status: 422, code: 'FW_NEED_UNKNOWN', at: '/wait/tasks' });
    expect((await wait([])).body).toMatchObject({ code: 'FW_BODY_INVALID' });
    expect((await wait([part?.task])).body).toEqual({ answers: [{ outcome: 'recorded', state: 'waiting' }] });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'waiting', waitsFor: 'tasks' });
    await end((await api.claim()).fence, { outcome: 'succeeded', result: 21 });
    const next = await api.claim();
    expect(next.needs).toEqual([{ task: part?.task, state: 'succeeded', result: 21 }]);
    await end(next.fence, { outcome: 'succeeded' });
  });

  it('does what people answer when a task is dead', async () => {
    const task = await api.task({ attempts: 1 });
    await end((await api.claim()).fence, { outcome: 'failed', reason: 'No', retry: true });
    const { body } = await api.call('viewer', 'GET', '/questions');
    const asked = (body['items'] as { id: string; task: string; kind: string }[]).find((question) => question.task === task);
    expect(asked).toMatchObject({ kind: 'escalation', options: ['retry', 'cancel', 'continue'] });
    const answer = async (text: string) => api.call('operator', 'POST', `/questions/${asked?.id}/answer`, { answer: text });
    expect((await answer('Do something')).body).toMatchObject({ code: 'FW_BODY_INVALID', at: '/answer' });
    expect((await answer('retry')).status).toBe(200);
    expect((await answer('retry')).body).toMatchObject({ code: 'FW_STATE_CONFLICT' });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'queued' });
    await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Seen' });
  });

  it('says so when a log has been forgotten', async () => {
    const task = await api.task();
    const { fence } = await api.claim();
    await api.call('worker', 'POST', `/tasks/${task}/log`, { fence, chunks: [{ seq: 0, stream: 'stdout', text: 'hello' }] });
    await end(fence, { outcome: 'succeeded' });
    const log = async () => (await api.call('viewer', 'GET', `/tasks/${task}/log`)).body;
    expect(await log()).toMatchObject({ items: [{ text: 'hello' }] });
    expect(await log()).not.toHaveProperty('forgotten');
    await pruneToSize(api.dispatcher.store, { tasks: 1000, events: 100_000, logBytes: 0 }, '0');
    expect(await log()).toEqual({ items: [], forgotten: true });
    const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const stream = await fetch(`${url}/v1/orgs/acme/tasks/${task}/log`, {
      headers: { authorization: `Bearer ${api.names.get('viewer')}`, accept: 'text/event-stream' },
    });
    const { value } = (await stream.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toMatch(/^event: reset\n/);
  });
});

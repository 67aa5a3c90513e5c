import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Claim, Fence } from '../../contract/wire/index.ts';
import { openApi, type TestApi } from '../testing/index.ts';

let api: TestApi;
let url: string;
let claim: Claim;

beforeAll(async () => {
  api = await openApi();
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);

afterAll(async () => api.close());

afterEach(async () => {
  await api.call('operator', 'POST', `/tasks/${claim.fence.task}/cancel`, { reason: 'The test is over' });
});

beforeEach(async () => {
  await api.task({ budget: 10, subTasks: { count: 3, depth: 1 } });
  claim = await api.claim();
});

async function connect(fence: Fence = claim.fence, who = 'worker'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: `Bearer ${api.names.get(who)}`, 'fleetwright-fence': `${fence.task}.${fence.attempt}.${fence.token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/v1/orgs/acme/mcp`), { requestInit: { headers } }));
  return client;
}

async function use(client: Client, name: string, input: object = {}): Promise<{ ok: boolean; said: string }> {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } });
  return { ok: isError !== true, said: content.map((block) => (block.type === 'text' ? block.text : '')).join('') };
}

async function ask(client: Client, name: string, input: object = {}): Promise<Record<string, unknown>> {
  const { ok, said } = await use(client, name, input);
  if (!ok) throw new Error(said);
  return JSON.parse(said) as Record<string, unknown>;
}

test('names its tools', async () => {
  const { tools } = await (await connect()).listTools();
  expect(tools.map(({ name }) => name)).toEqual(['task_create', 'task_status', 'ask_human', 'handoff', 'project_show', 'project_update']);
});

test('a task that is made is a sub-task, and can be looked at', async () => {
  const client = await connect();
  const { task } = await ask(client, 'task_create', { agent: 'reviewer', title: 'Look at it', input: { pull: 7 } });
  expect(await ask(client, 'task_status', { task })).toMatchObject({
    id: task,
    agent: 'reviewer',
    parent: claim.fence.task,
    input: { pull: 7 },
  });
  expect(await ask(client, 'task_status')).toMatchObject({ id: claim.fence.task, state: 'claimed' });
});

test('a task may be made for whoever has the skills, after others', async () => {
  const client = await connect();
  const { task: first } = await ask(client, 'task_create', { skills: ['typescript'], title: 'One' });
  const { task } = await ask(client, 'task_create', { skills: ['typescript'], title: 'Two', needs: [first] });
  expect(await ask(client, 'task_status', { task })).toMatchObject({ agent: 'coder', state: 'waiting', waitsFor: 'needs' });
});

test('a question is asked once, and answered by a person', async () => {
  const client = await connect();
  const { question } = await ask(client, 'ask_human', { question: 'Which colour?', options: ['blue', 'red'] });
  expect(await ask(client, 'ask_human', { question: 'Which colour?', options: ['blue', 'red'] })).toMatchObject({
    question,
    state: 'open',
  });
  await api.call('operator', 'POST', `/questions/${String(question)}/answer`, { answer: 'blue' });
  expect(await ask(client, 'ask_human', { question: 'Which colour?', options: ['blue', 'red'] })).toEqual({
    state: 'answered',
    answer: 'blue',
  });
});

test('a handoff tells the other agent what it has to know', async () => {
  const client = await connect();
  const { task, next } = await ask(client, 'handoff', { agent: 'reviewer', title: 'Go on', message: 'I am stuck', input: [1] });
  expect(next).toBe('End your own work now, and name this task in your result');
  expect(await ask(client, 'task_status', { task })).toMatchObject({ agent: 'reviewer', input: { message: 'I am stuck', input: [1] } });
});

test('what the limits of the task forbid is said, not done', async () => {
  const client = await connect();
  for (const n of [1, 2, 3]) await ask(client, 'task_create', { agent: 'coder', title: `${n}` });
  expect(await use(client, 'task_create', { agent: 'coder', title: '4' })).toEqual({
    ok: false,
    said: expect.stringContaining('[FW_SUBTASK_LIMIT]'),
  });
  expect(await use(client, 'task_create', { agent: 'nobody', title: '4' })).toEqual({
    ok: false,
    said: expect.stringContaining('[FW_AGENT_UNKNOWN]'),
  });
});

test('tasks of others cannot be looked at', async () => {
  const other = await api.task();
  expect(await use(await connect(), 'task_status', { task: other })).toEqual({
    ok: false,
    said: `Task ${other} is neither the one that you work on nor one of its sub-tasks [FW_NOT_FOUND]`,
  });
});

test('wrong input is explained to the model', async () => {
  const { ok, said } = await use(await connect(), 'task_create', { agent: 'coder' });
  expect(ok).toBe(false);
  expect(said).toContain('title');
});

test('the project of the task can be looked at and repaired, as the audit log tells', async () => {
  const data = { repository: 'shop', branch: 'main' };
  for (const name of ['shop', 'other']) await api.call('operator', 'PUT', `/projects/${name}`, { title: 'The shop', data });
  await api.task({ project: 'shop', priority: 1 });
  const { fence, project } = await api.claim();
  expect(project).toEqual({ name: 'shop', title: 'The shop', data });
  const client = await connect(fence);
  expect(await ask(client, 'project_show')).toMatchObject({ name: 'shop', data, version: 1 });
  const after = { title: 'The shop', data: { branch: 'next' } };
  const repaired = await ask(client, 'project_update', { data: { repository: null, branch: 'next' }, version: 1 });
  expect(repaired).toMatchObject({ name: 'shop', ...after, version: 2 });
  const { body } = await api.call('admin', 'GET', '/audit?limit=1');
  expect(body).toMatchObject({
    items: [{ operation: 'callTools', name: 'worker', about: [fence.task], change: { before: { title: 'The shop', data }, after } }],
  });
  for (const [input, code] of [
    [{ data: {}, version: 1 }, 'FW_STATE_CONFLICT'],
    [{ data: { notes: 'x'.repeat(70_000) } }, 'FW_TOO_LARGE'],
  ] as const)
    expect(await use(client, 'project_update', input)).toEqual({ ok: false, said: expect.stringContaining(`[${code}]`) });
  for (const input of [{}, { data: [] }, { data: {}, name: 'other' }]) expect((await use(client, 'project_update', input)).ok).toBe(false);
  expect((await api.call('viewer', 'GET', '/projects/other')).body).toMatchObject({ version: 1 });
  await api.call('worker', 'POST', '/completions', { completions: [{ fence, outcome: 'succeeded' }] });
  await expect(use(client, 'project_update', { data: {} })).rejects.toThrow('FW_FENCE_STALE');
});

test('a task of no project has none to repair', async () => {
  const client = await connect();
  const none = { ok: false, said: 'The task that you work on is of no project [FW_NOT_FOUND]' };
  expect(await use(client, 'project_show')).toEqual(none);
  expect(await use(client, 'project_update', { data: {} })).toEqual(none);
});

test('an old claim can do nothing', async () => {
  const client = await connect();
  await api.call('worker', 'POST', '/completions', { completions: [{ fence: claim.fence, outcome: 'succeeded' }] });
  await expect(use(client, 'task_create', { agent: 'coder', title: 'Late' })).rejects.toThrow('FW_FENCE_STALE');
});

test.each([
  ['a forged fence', 'worker', { token: '00010203-0405-4607-8809-0a0b0c0d0e0f' }, 'FW_FENCE_STALE'],
  ["another agent's worker", 'reviewer', {}, 'FW_FENCE_STALE'],
  ['another org', 'foreign worker', {}, 'FW_NOT_FOUND'],
  ['a person', 'operator', {}, 'HTTP 403'],
  ['nobody', 'nobody', {}, 'HTTP 401'],
])('%s is refused', async (_, who, change, code) => {
  await expect(connect({ ...claim.fence, ...change }, who)).rejects.toThrow(code);
});

test.each([
  ['none', ''],
  ['no ids', 'a.b.c'],
  ['a long one', `${'0'.repeat(8000)}.1.x`],
])('a fence that is wrong is explained: %s', async (_, fence) => {
  const headers = {
    authorization: `Bearer ${api.names.get('worker')}`,
    'content-type': 'application/json',
    'fleetwright-fence': fence,
  };
  const answer = await fetch(`${url}/v1/orgs/acme/mcp`, { method: 'POST', headers, body: '{}' });
  expect(await answer.json()).toMatchObject({ status: 400, code: 'FW_BODY_INVALID', detail: expect.stringContaining('Fleetwright-Fence') });
});

test('nobody is kept waiting for changes that never come', async () => {
  const client = await connect();
  expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } });
  await expect(
    client.request({ method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } }, { timeout: 5000 }),
  ).rejects.toThrow('Subscription limit');
});

test('the audit log names the tasks that were made', async () => {
  const client = await connect();
  const { task } = await ask(client, 'task_create', { agent: 'reviewer', title: 'Look at it' });
  const { body } = await api.call('admin', 'GET', '/audit');
  const [newest] = (body as { items: { operation: string; about: string[] }[] }).items.filter(({ about }) => about.includes(String(task)));
  expect(newest).toMatchObject({ operation: 'callTools', about: [claim.fence.task, task] });
});

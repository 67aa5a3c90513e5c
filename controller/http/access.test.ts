import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS, type Operation, type Role } from './index.ts';
import { type Method, openApi, type TestApi } from './testing/index.ts';

const ID = randomUUID();
const FENCE = { task: ID, attempt: 1, token: randomUUID() };

/** A request for each operation, about things that are not there. */
const REQUESTS: Readonly<Record<Operation, readonly [Method, string, unknown?]>> = {
  whoAmI: ['GET', '/v1/whoami'],
  endSession: ['DELETE', '/v1/sessions'],
  listTasks: ['GET', '/tasks'],
  readTask: ['GET', `/tasks/${ID}`],
  readTaskGraph: ['GET', `/tasks/${ID}/graph`],
  readTaskHistory: ['GET', `/tasks/${ID}/history`],
  readTaskEvents: ['GET', `/tasks/${ID}/events`],
  readTaskLog: ['GET', `/tasks/${ID}/log`],
  readEvents: ['GET', '/events'],
  listQuestions: ['GET', '/questions'],
  readQuestion: ['GET', `/questions/${ID}`],
  listAgents: ['GET', '/agents'],
  listPipelines: ['GET', '/pipelines'],
  readRun: ['GET', `/runs/${ID}`],
  listProjects: ['GET', '/projects'],
  readProject: ['GET', '/projects/nothing'],
  listTriggers: ['GET', '/triggers'],
  listDeliveries: ['GET', '/triggers/nobody/deliveries'],
  readQueue: ['GET', '/agents/coder/queue'],
  listBudgets: ['GET', '/budgets'],
  readUsage: ['GET', '/usage'],
  scheduleTasks: ['POST', '/tasks', { tasks: [{ agent: 'nobody', title: 'A task' }] }],
  cancelTask: ['POST', `/tasks/${ID}/cancel`, { reason: 'A reason' }],
  retryTask: ['POST', `/tasks/${ID}/retry`],
  pauseTask: ['POST', `/tasks/${ID}/pause`],
  resumeTask: ['POST', `/tasks/${ID}/resume`],
  answerQuestion: ['POST', `/questions/${ID}/answer`, { answer: 1 }],
  sendSignal: ['POST', '/signals', { key: 'nobody-waits' }],
  startRun: ['POST', '/pipelines/nobody/runs', { title: 'A run' }],
  cancelRun: ['POST', `/runs/${ID}/cancel`, { reason: 'A reason' }],
  replaceProject: ['PUT', '/projects/nothing', { title: 'Nothing', data: {}, version: 1 }],
  changeProject: ['PATCH', '/projects/nothing', {}],
  publishEvent: ['POST', '/events', { specversion: '1.0', id: '1', source: '/nowhere', type: 'nobody-waits' }],
  holdOrg: ['POST', '/hold'],
  releaseOrg: ['POST', '/release'],
  holdAgent: ['POST', '/agents/nobody/hold'],
  releaseAgent: ['POST', '/agents/nobody/release'],
  topUpBudget: ['POST', '/budgets/top-ups', { window: 'total', amount: 1 }],
  listTokens: ['GET', '/tokens'],
  createToken: ['POST', '/tokens', { name: 'A viewer', role: 'viewer' }],
  createSignInCode: ['POST', '/v1/sign-in-codes', {}],
  revokeToken: ['DELETE', '/tokens/0123456789abcdef'],
  readAudit: ['GET', '/audit'],
  claimTasks: ['POST', '/claims', { agents: ['coder'] }],
  startTask: ['POST', `/tasks/${ID}/start`, { fence: FENCE }],
  heartbeat: ['POST', '/heartbeats', { heartbeats: [{ fence: FENCE }] }],
  appendLog: ['POST', `/tasks/${ID}/log`, { fence: FENCE, chunks: [{ seq: 0, stream: 'stdout', text: '' }] }],
  appendEvents: ['POST', `/tasks/${ID}/events`, { fence: FENCE, events: [{ seq: 1, kind: 'note', data: 1 }] }],
  askQuestion: ['POST', `/tasks/${ID}/questions`, { fence: FENCE, key: 'k', kind: 'question', text: 'What?' }],
  scheduleSubTasks: ['POST', `/tasks/${ID}/tasks`, { fence: FENCE, tasks: [{ agent: 'coder', title: 'A task' }] }],
  completeTasks: ['POST', '/completions', { completions: [{ fence: FENCE, outcome: 'succeeded' }] }],
  callTools: ['POST', '/mcp', {}],
};

const OPERATIONS = Object.keys(ACCESS) as Operation[];
const READS = OPERATIONS.slice(0, 21);
const CHANGES = OPERATIONS.slice(21, 37);

/** What each role may do, written out a second time: a slip in the table shows. */
const MAY: Readonly<Record<Role, readonly Operation[]>> = {
  viewer: READS,
  operator: [...READS, ...CHANGES],
  admin: [...READS, ...CHANGES, 'topUpBudget', 'listTokens', 'createToken', 'createSignInCode', 'revokeToken', 'readAudit'],
  worker: [
    'whoAmI',
    'endSession',
    'readTask',
    'readQueue',
    'claimTasks',
    'startTask',
    'heartbeat',
    'appendLog',
    'appendEvents',
    'askQuestion',
    'scheduleSubTasks',
    'completeTasks',
    'callTools',
  ],
};

describe('Access', { timeout: 30_000 }, () => {
  let api: TestApi;
  beforeAll(async () => (api = await openApi()), 60_000);
  afterAll(async () => api.close());

  it.each(
    OPERATIONS.flatMap((operation) => (['viewer', 'operator', 'admin', 'worker'] as const).map((role) => [operation, role] as const)),
  )('%s by a %s is as the table says', async (operation, role) => {
    const { status, body } = await api.call(role, ...REQUESTS[operation]);
    const isRefused = status === 403 && body['code'] === 'FW_FORBIDDEN';
    expect(isRefused).toBe(!MAY[role].includes(operation));
    // The tools want to know of which task, by a header, after the role is known to fit.
    expect([200, 201, 204, 403, 404, 409, 422, ...(operation === 'callTools' ? [400] : [])]).toContain(status);
  });

  it.each(OPERATIONS)('%s needs a token', async (operation) => {
    const { status, body, headers } = await api.call('nobody', ...REQUESTS[operation]);
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'FW_UNAUTHENTICATED' });
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  // What has no org in its path is about the caller's own.
  const OWN: readonly Operation[] = ['whoAmI', 'endSession', 'createSignInCode'];
  it.each(OPERATIONS.filter((operation) => !OWN.includes(operation)))('%s of another org answers as that of no org', async (operation) => {
    const [method, path, payload] = REQUESTS[operation];
    const foreign = await api.call('foreign admin', method, path, payload);
    const missing = await api.call('foreign admin', method, `/v1/orgs/nowhere${path}`, payload);
    expect(foreign.status).toBe(404);
    const normal = ({ body }: typeof foreign, org: string) => ({
      ...body,
      requestId: '',
      detail: String(body['detail']).replace(org, 'ORG'),
    });
    expect(normal(foreign, 'acme')).toEqual(normal(missing, 'nowhere'));
  });

  it.each([
    '',
    'Bearer',
    'Basic YTpi',
    'Bearer fw_0123456789abcdef_x',
    `Bearer fw_0123456789abcdef_${'a'.repeat(43)}`,
    `Bearer ${'x'.repeat(5000)}`,
  ])('is not given for the header %j', async (authorization) => {
    const answer = await api.app.inject({ url: '/v1/whoami', headers: { authorization } });
    expect(answer.json()).toMatchObject({ code: 'FW_UNAUTHENTICATED' });
  });

  it('is not given for the id of a token with another secret', async () => {
    const token = api.names.get('admin') ?? '';
    const authorization = `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`;
    expect((await api.app.inject({ url: '/v1/whoami', headers: { authorization } })).statusCode).toBe(401);
    expect((await api.app.inject({ url: '/v1/whoami', headers: { authorization: `bearer ${token}` } })).json()).toMatchObject({
      role: 'admin',
    });
  });

  it('of a foreign task answers as that of a missing one, with a good fence too', async () => {
    const task = await api.task();
    const { fence } = await api.claim();
    expect((await api.call('foreign admin', 'GET', `/v1/orgs/other/tasks/${task}`)).body).toMatchObject({ code: 'FW_NOT_FOUND' });
    for (const who of ['foreign worker', 'reviewer']) {
      const at = who === 'reviewer' ? '/v1/orgs/acme' : '/v1/orgs/other';
      // One after the other.
      expect((await api.call(who, 'POST', `${at}/heartbeats`, { heartbeats: [{ fence }] })).body).toEqual({
        answers: [{ outcome: 'stale' }],
      });
      const completions = [{ fence, outcome: 'succeeded' }];
      // One after the other.
      expect((await api.call(who, 'POST', `${at}/completions`, { completions })).body).toEqual({ answers: [{ outcome: 'stale' }] });
      // One after the other.
      expect((await api.call(who, 'POST', `${at}/tasks/${task}/start`, { fence })).body).toMatchObject({ code: 'FW_FENCE_STALE' });
      // One after the other.
      expect((await api.call(who, 'GET', `${at}/tasks/${task}`)).status).toBe(404);
    }
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'claimed' });
    expect((await api.call('worker', 'POST', '/claims', { agents: ['coder', 'reviewer'] })).body).toMatchObject({
      code: 'FW_FORBIDDEN',
      at: '/agents/1',
    });
  });

  it('ends with the token, and no token ends itself', async () => {
    const made = await api.call('admin', 'POST', '/tokens', { name: 'Soon gone', role: 'viewer' });
    const authorization = `Bearer ${String(made.body['token'])}`;
    expect((await api.app.inject({ url: '/v1/whoami', headers: { authorization } })).json()).toMatchObject({
      name: 'Soon gone',
      org: 'acme',
    });
    const listed = await api.call('admin', 'GET', '/tokens');
    expect(JSON.stringify(listed.body)).toContain('Soon gone');
    expect(JSON.stringify(listed.body)).not.toMatch(/hash|fw_/);
    const foreign = await api.call('foreign admin', 'DELETE', `/v1/orgs/other/tokens/${String(made.body['id'])}`);
    expect(foreign.status).toBe(404);
    expect((await api.call('admin', 'DELETE', `/tokens/${String(made.body['id'])}`)).status).toBe(204);
    expect((await api.app.inject({ url: '/v1/whoami', headers: { authorization } })).statusCode).toBe(401);
    const own = (await api.call('admin', 'GET', '/v1/whoami')).body['token'];
    expect((await api.call('admin', 'DELETE', `/tokens/${String(own)}`)).body).toMatchObject({ code: 'FW_STATE_CONFLICT' });
    expect((await api.call('admin', 'POST', '/tokens', { name: 'Nothing to do', role: 'worker' })).body).toMatchObject({ at: '/agents' });
  });

  it('is recorded: who, what, when, and what came of it', async () => {
    const task = await api.task({ title: 'Recorded' });
    await api.call('viewer', 'POST', `/tasks/${task}/cancel`, { reason: 'I may not' });
    await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'I may' });
    const { items } = (await api.call('admin', 'GET', '/audit?limit=3')).body as { items: object[] };
    expect(items).toMatchObject([
      { name: 'operator', operation: 'cancelTask', target: `/v1/orgs/acme/tasks/${task}/cancel`, status: 200 },
      { name: 'viewer', operation: 'cancelTask', status: 403 },
      { name: 'operator', operation: 'scheduleTasks', about: [task], status: 201 },
    ]);
    const { store } = api.dispatcher;
    await expect(store.read('delete from audit returning null', [])).rejects.toThrow('The audit log is only ever added to');
    await expect(store.read("update audit set name = 'x' returning null", [])).rejects.toThrow('The audit log is only ever added to');
  });
});

describe('A rate limit', { timeout: 60_000 }, () => {
  it('slows one token down and no other', async () => {
    const api = await openApi({ ratePerSecond: 2 });
    const answers = await Promise.all(Array.from({ length: 10 }, async () => api.call('viewer', 'GET', '/v1/whoami')));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      ...Array<number>(4).fill(200),
      ...Array<number>(6).fill(429),
    ]);
    expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toBe('1');
    expect((await api.call('operator', 'GET', '/v1/whoami')).status).toBe(200);
    await api.close();
  });
});

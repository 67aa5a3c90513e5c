import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type TestApi } from './testing/index.ts';

const OURS = { 'fleetwright-page': '1', 'sec-fetch-site': 'same-origin' };
let api: TestApi;

beforeAll(async () => {
  api = await openApi();
}, 60_000);
afterAll(async () => api.close());

/** As a browser sends it. */
async function send(method: 'GET' | 'POST' | 'DELETE', url: string, { body, ...headers }: Record<string, unknown> = {}) {
  const reply = await api.app.inject({
    method,
    url: `/v1${url}`,
    remoteAddress: `127.0.0.${1 + Math.floor(Math.random() * 250)}`,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(headers as Record<string, string>) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const json = reply.body === '' ? {} : reply.json<Record<string, unknown>>();
  return { status: reply.statusCode, body: json, cookie: String(reply.headers['set-cookie'] ?? '') };
}

async function aCode(body: unknown = {}, who = 'admin'): Promise<string> {
  const { status, body: answer } = await api.call(who, 'POST', '/v1/sign-in-codes', body);
  expect(status).toBe(201);
  return String(answer['code']);
}

async function aSession(code: string): Promise<string> {
  const { status, cookie } = await send('POST', '/sessions', { ...OURS, body: { code } });
  expect(status).toBe(201);
  return cookie.split(';')[0] ?? '';
}

describe('signing in', () => {
  it('gives a session with the role of the code, in a cookie that no script can read', async () => {
    const { status, body, cookie } = await send('POST', '/sessions', {
      ...OURS,
      body: { code: await aCode({ role: 'viewer', name: 'Ada' }) },
    });
    expect({ status, ...body }).toMatchObject({ status: 201, org: 'acme', role: 'viewer', name: 'Ada' });
    expect(cookie).toMatch(/^fleetwright80=fw_[0-9a-f]{16}_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/);
    expect(JSON.stringify(body)).not.toContain('_');
    const session = cookie.split(';')[0];
    expect(await send('GET', '/orgs/acme/tasks', { cookie: session })).toMatchObject({ status: 200 });
    expect(await send('POST', '/orgs/acme/hold', { ...OURS, cookie: session })).toMatchObject({
      status: 403,
      body: { code: 'FW_FORBIDDEN' },
    });
    expect(await send('GET', '/orgs/other/tasks', { cookie: session })).toMatchObject({ status: 404 });
  });

  it('makes no session of a session, which would outlive it', async () => {
    const token = (await aSession(await aCode())).split('=')[1];
    expect(await send('POST', '/sessions', { ...OURS, body: { token } })).toMatchObject({ status: 403, body: { code: 'FW_FORBIDDEN' } });
  });

  it('marks the cookie for encrypted connections where the browser uses one', async () => {
    const headers = { ...OURS, host: 'localhost', origin: 'https://localhost' };
    expect((await send('POST', '/sessions', { ...headers, body: { code: await aCode() } })).cookie).toMatch(/; Secure$/);
  });

  it('takes a code once, and only while its maker may make one', async () => {
    const code = await aCode();
    await aSession(code);
    const again = await send('POST', '/sessions', { ...OURS, body: { code } });
    expect(again).toMatchObject({ status: 401, cookie: '', body: { code: 'FW_UNAUTHENTICATED' } });
    expect(again.body['detail']).toBe('The link has been used, is older than ten minutes, or is not whole; ask for a new one');
  });

  it('takes a code for ten minutes', async () => {
    const code = await aCode();
    await api.dispatcher.store.read("update sign_in_code set expires_at = expires_at - interval '10 minutes' returning null", []);
    expect(await send('POST', '/sessions', { ...OURS, body: { code } })).toMatchObject({ status: 401 });
  });

  it('is for admins to allow', async () => {
    for (const who of ['viewer', 'operator', 'worker']) {
      expect((await api.call(who, 'POST', '/v1/sign-in-codes', {})).status).toBe(403);
    }
  });

  it('takes the token of a person, and not that of a worker', async () => {
    const token = api.names.get('operator');
    expect(await send('POST', '/sessions', { ...OURS, body: { token } })).toMatchObject({ status: 201, body: { role: 'operator' } });
    expect(await send('POST', '/sessions', { ...OURS, body: { token: api.names.get('worker') } })).toMatchObject({ status: 403 });
    expect(await send('POST', '/sessions', { ...OURS, body: { token: `${token}x` } })).toMatchObject({ status: 401 });
  });

  it.each([
    [{}],
    [{ 'fleetwright-page': '1' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'fleetwright-page': '1', 'sec-fetch-site': 'cross-site' }],
    [{ 'fleetwright-page': '1', 'sec-fetch-site': 'same-site' }],
    [{ 'fleetwright-page': '1', origin: 'http://evil.example' }],
  ])('refuses what another page may have sent: %j', async (headers) => {
    const code = await aCode();
    expect(await send('POST', '/sessions', { ...headers, body: { code } })).toMatchObject({ status: 403, cookie: '' });
    const cookie = await aSession(code);
    expect(await send('POST', '/orgs/acme/hold', { ...headers, cookie })).toMatchObject({ status: 403 });
    expect(await send('DELETE', '/sessions', { ...headers, cookie })).toMatchObject({ status: 403 });
  });

  it('lets nobody guess fast', async () => {
    const tries = await Promise.all(
      Array.from({ length: 30 }, async () =>
        api.app.inject({
          method: 'POST',
          url: '/v1/sessions',
          headers: { ...OURS, 'content-type': 'application/json' },
          payload: '{"code":"x"}',
        }),
      ),
    );
    const counts = tries.map(({ statusCode }) => statusCode);
    expect(counts.filter((status) => status === 401).length).toBeLessThanOrEqual(11);
    expect(counts.filter((status) => status === 429).length).toBeGreaterThanOrEqual(19);
  });
});

describe('a session', () => {
  it('ends when its holder signs out, and leaves the token alone that it was made with', async () => {
    const { cookie } = await send('POST', '/sessions', { ...OURS, body: { token: api.names.get('operator') } });
    const out = await send('DELETE', '/sessions', { ...OURS, cookie: cookie.split(';')[0] });
    expect(out.status).toBe(204);
    expect(out.cookie).toMatch(/^fleetwright80=; Path=\/; HttpOnly; SameSite=Strict; Expires=Thu, 01 Jan 1970/);
    expect(await send('GET', '/whoami', { cookie: cookie.split(';')[0] })).toMatchObject({ status: 401 });
    expect((await api.call('operator', 'GET', '/v1/whoami')).status).toBe(200);
    await api.call('operator', 'DELETE', '/v1/sessions');
    expect((await api.call('operator', 'GET', '/v1/whoami')).status).toBe(200);
  });

  it('ends after twelve hours', async () => {
    const cookie = await aSession(await aCode());
    const { body } = await send('GET', '/whoami', { cookie });
    const tokens = (await api.call('admin', 'GET', '/tokens')).body['items'] as { id: string; expiresAt?: string }[];
    const expires = Date.parse(tokens.find(({ id }) => id === body['token'])?.expiresAt ?? '');
    expect(Math.abs(expires - Date.now() - 12 * 3_600_000)).toBeLessThan(60_000);
    await api.dispatcher.store.read('update token set expires_at = clock_timestamp() where id = $1 returning null', [body['token']]);
    await api.tokens.refresh();
    expect(await send('GET', '/whoami', { cookie })).toMatchObject({ status: 401 });
  });

  it('ends with the token that it goes back to, however long the way', async () => {
    const made = await api.call('admin', 'POST', '/tokens', { name: 'Second admin', role: 'admin' });
    const token = String(made.body['token']);
    const first = (await send('POST', '/sessions', { ...OURS, body: { token } })).cookie.split(';')[0] ?? '';
    const code = await send('POST', '/sign-in-codes', { ...OURS, cookie: first, body: {} });
    const unused = await send('POST', '/sign-in-codes', { ...OURS, cookie: first, body: {} });
    const second = await aSession(String(code.body['code']));
    await api.call('admin', 'DELETE', `/tokens/${String(made.body['id'])}`);
    expect(await send('GET', '/whoami', { cookie: first })).toMatchObject({ status: 401 });
    expect(await send('GET', '/whoami', { cookie: second })).toMatchObject({ status: 401 });
    expect(await send('POST', '/sessions', { ...OURS, body: { code: unused.body['code'] } })).toMatchObject({ status: 401 });
  });
});

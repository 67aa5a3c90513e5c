import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from './index.ts';
import { openApi, type TestApi } from './testing/index.ts';

const ASK = '{"tasks":[{"agent":"coder","title":"A task","input":INPUT}]}';
const withInput = (input: string) => ASK.replace('INPUT', () => input);

describe('What is hostile', { timeout: 30_000 }, () => {
  let api: TestApi;
  let port = 0;
  beforeAll(async () => {
    api = await openApi();
    port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
  }, 60_000);
  afterAll(async () => api.close());

  const send = async (payload: string | Buffer, headers: Record<string, string> = {}) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/orgs/acme/tasks',
      payload,
      headers: { authorization: `Bearer ${api.names.get('operator')}`, 'content-type': 'application/json', ...headers },
    });

  /** Sends bytes and reads all that comes back until the connection ends, or for a second. */
  const raw = async (...pieces: (string | Buffer)[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      for (const piece of pieces) socket.write(piece);
      setTimeout(() => socket.destroy(), 1000);
    });

  it.each([
    ['nothing', '', 400, 'FW_BODY_INVALID'],
    ['half of it', '{"tasks":[{"agent"', 400, 'FW_BODY_INVALID'],
    ['a byte order mark', '\uFEFF{"tasks":[]}', 400, 'FW_BODY_INVALID'],
    ['a comment', '{"tasks":[] /* none */}', 400, 'FW_BODY_INVALID'],
    ['a list', '[]', 400, 'FW_BODY_INVALID'],
    ['null', 'null', 400, 'FW_BODY_INVALID'],
    ['no number', withInput('NaN'), 400, 'FW_BODY_INVALID'],
    ['a number that is too large', withInput('1e400'), 400, 'FW_BODY_INVALID'],
    ['a number that would change', withInput('[9007199254740993]'), 400, 'FW_BODY_INVALID'],
    ['a key twice', '{"tasks":[{"agent":"coder","agent":"reviewer","title":"A task"}]}', 400, 'FW_BODY_INVALID'],
    ['a key twice, one escaped', withInput('{"a":1,"\\u0061":2}'), 400, 'FW_BODY_INVALID'],
    ['__proto__', withInput('{"__proto__":{"admin":true}}'), 400, 'FW_BODY_INVALID'],
    ['__proto__, escaped', withInput('{"\\u005f_proto__":{"admin":true}}'), 400, 'FW_BODY_INVALID'],
    ['constructor.prototype', withInput('{"constructor":{"prototype":{"admin":true}}}'), 400, 'FW_BODY_INVALID'],
    ['10,000 levels', withInput('['.repeat(10_000) + ']'.repeat(10_000)), 422, 'FW_TEXT_INVALID'],
    ['a million levels', withInput('['.repeat(1_000_000) + ']'.repeat(1_000_000)), 422, 'FW_TEXT_INVALID'],
    ['NUL', withInput('"a\\u0000b"'), 422, 'FW_TEXT_INVALID'],
    ['half of a surrogate pair', withInput('"\\ud800"'), 422, 'FW_TEXT_INVALID'],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 422, 'FW_TEXT_INVALID'],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 422, 'FW_TEXT_INVALID'],
    ['too many bytes', withInput(`"${'x'.repeat(HTTP_LIMITS.body)}"`), 413, 'FW_TOO_LARGE'],
    ['too much input', withInput(`"${'x'.repeat(300_000)}"`), 413, 'FW_TOO_LARGE'],
    ['too many tasks', `{"tasks":[${Array(1001).fill('{"agent":"coder","title":"A"}').join()}]}`, 400, 'FW_BODY_INVALID'],
    ['an unknown agent', '{"tasks":[{"agent":"nobody","title":"A task"}]}', 422, 'FW_AGENT_UNKNOWN'],
    ['an unknown skill', '{"tasks":[{"skills":["magic"],"title":"A task"}]}', 422, 'FW_SKILL_UNKNOWN'],
    ['a key of 10,000 characters', `{"tasks":[{"agent":"coder","title":"A task","key":"${'k'.repeat(10_000)}"}]}`, 400, 'FW_BODY_INVALID'],
  ])('a body with %s is refused', async (_, body, status, code) => {
    const answer = await send(body);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, type: `urn:fleetwright:problem:${code}` });
    expect(answer.statusCode).toBe(status);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('is refused before anything walks down a deep body', async () => {
    expect((await send('['.repeat(112) + ']'.repeat(112))).json()).toMatchObject({
      detail: 'The body is more than 110 levels deep; make it flatter',
    });
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON by another name', { 'content-type': 'application/jsonp' }],
    ['another charset', { 'content-type': 'multipart/form-data' }],
  ])('%s is refused', async (_, headers) => {
    expect((await send('{"tasks":[]}', headers)).json()).toMatchObject({
      code: 'FW_BODY_INVALID',
      detail: "The body must be JSON, with the header 'Content-Type: application/json'",
    });
  });

  it('a compressed bomb is refused, unopened', async () => {
    const answer = await send(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' });
    expect(answer.statusCode).toBe(422);
  });

  it.each([
    ['{"tasks":[{"agent":"coder"}]}', "'/tasks/0/title' is missing", '/tasks/0/title'],
    ['{"tasks":[{"agent":"coder","title":1}]}', "'/tasks/0/title' must be string", '/tasks/0/title'],
    ['{"tasks":[{"agent":"coder","title":"A","titel":"B"}]}', "'/tasks/0/titel' is not known here", '/tasks/0/titel'],
    ['{"tasks":[{"agent":"coder","title":"A","a/b~c":1}]}', "'/tasks/0/a~1b~0c' is not known here", '/tasks/0/a~1b~0c'],
    ['{"task":1}', "'/tasks' is missing; '/task' is not known here", '/tasks'],
    ['{"tasks":"5"}', "'/tasks' must be array", '/tasks'],
  ])('%s is explained', async (body, detail, at) => {
    expect((await send(body)).json()).toMatchObject({ detail, at });
  });

  it.each([
    [{ outcome: 'won' }, `'/completions/0/outcome' must be "succeeded" or "failed" or "waiting" or "returned"`],
    [{ outcome: 'failed' }, "'/completions/0/reason' is missing"],
    [{ outcome: 'waiting', wait: { for: 'godot' } }, `'/completions/0/wait/for' must be "answers" or "event" or "time" or "tasks"`],
    [{ outcome: 'succeeded', reason: 'x' }, "'/completions/0/reason' is not known here"],
  ])('of a union, %j is explained by the branch that was meant', async (rest, detail) => {
    const completions = [{ fence: { task: randomUUID(), attempt: 1, token: randomUUID() }, ...rest }];
    expect((await api.call('worker', 'POST', '/completions', { completions })).body).toMatchObject({ detail });
  });

  it('text that only looks hostile is kept as it was', async () => {
    const input = {
      constructor: 'Ferrari',
      text: '"key": \\u0000 \\"a\\":1, "a":2 12345678901234567890',
      uuid: '12345678901234567890e5',
      exact: 9007199254740991,
      small: -1.5e-7,
      face: '😀',
    };
    const task = await api.task({ input });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body['input']).toEqual(input);
    await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Done' });
  });

  it.each(['/v1/nothing', '/v1/orgs/acme/nothing', '/v1/orgs/acme/tasks/../../../etc', '/%00', '/%zz', '//evil.example/v1/whoami'])(
    'the path %s leads nowhere',
    async (url) => {
      const answer = await api.app.inject({ url, headers: { authorization: `Bearer ${api.names.get('admin')}` } });
      expect(answer.json()).toMatchObject({ code: 'FW_NOT_FOUND', status: 404 });
    },
  );

  it.each(['not-a-uuid', '%00', '..%2f..', "'; drop table task;--", 'x'.repeat(500)])('the task %s is missing', async (task) => {
    const answer = await api.app.inject({
      url: `/v1/orgs/acme/tasks/${encodeURIComponent(task)}`,
      headers: { authorization: `Bearer ${api.names.get('viewer')}` },
    });
    expect(answer.json()).toMatchObject({ code: 'FW_NOT_FOUND' });
  });

  it.each([
    'evil.example',
    'evil.example:8080',
    'localhost#evil',
    'localhost@evil',
    '127.0.0.1.evil.example',
    'a b',
    '',
    '[::1',
    'localhost:99999999',
  ])('the host %j is refused', async (host) => {
    expect(await raw(`GET /v1/whoami HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 .*FW_FORBIDDEN/s);
  });

  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1', '[::1]:8080', '10.1.2.3:8080'])('the host %j is served', async (host) => {
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(['http://evil.example', 'null', 'http://localhost:1', 'https://localhost.evil.example'])(
    'the origin %s is refused',
    async (origin) => {
      const answer = await api.app.inject({ url: '/healthz', headers: { host: 'localhost:8080', origin } });
      expect(answer.json()).toMatchObject({ code: 'FW_FORBIDDEN' });
      expect(
        (await api.app.inject({ url: '/healthz', headers: { host: 'localhost:8080', origin: 'http://localhost:8080' } })).statusCode,
      ).toBe(200);
    },
  );

  it.each([
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n', 40],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 40],
    ['no host in HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 40],
    [
      'a length and chunks',
      'POST /v1/whoami HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      40,
    ],
    ['two lengths', 'POST /v1/whoami HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 40],
    ['a bare line feed', 'GET /healthz HTTP/1.1\nHost: localhost\n\n', 40],
    ['a space before a colon', 'GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n', 40],
    ['a flood of headers', `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 41],
    ['an absolute address', 'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 40],
    ['noise', '\u0016\u0003\u0001\u0002', 40],
  ])('a request with %s is refused', async (_, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\\d `));
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toMatch(/llhttp|HPE_|node:|\/controller\//);
  });

  it('a body that never ends is cut at the limit', async () => {
    const head = `POST /v1/orgs/acme/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${api.names.get('operator')}\r\nContent-Type: application/json\r\n`;
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    expect(await raw(`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(40).fill(piece))).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(`${head}Content-Length: 1000000000\r\n\r\n`, 'x')).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('nobody without a token makes us read a body', async () => {
    const head =
      'POST /v1/orgs/acme/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n';
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

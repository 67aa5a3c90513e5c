import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Method, openApi, type TestApi } from './testing/index.ts';

const SHOP = { title: 'The shop', data: { repository: 'https://git.example.com/shop', branch: 'main' } };
let names = 0;

describe('Projects', { timeout: 30_000 }, () => {
  let api: TestApi;
  let path = '';
  beforeAll(async () => (api = await openApi()), 60_000);
  afterAll(async () => api.close());
  beforeEach(async () => {
    names += 1;
    path = `/projects/shop-${names}`;
    await api.call('operator', 'PUT', path, SHOP);
  });

  /** Sends a body as it is. */
  const sendText = async (method: Method, payload: string | Buffer, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${api.names.get('operator')}`;
    const reply = await api.app.inject({
      method,
      url: `/v1/orgs/acme${path}`,
      payload,
      headers: { authorization, 'content-type': 'application/json', ...headers },
    });
    return reply.json<Record<string, unknown>>();
  };

  it('are made, read and listed', async () => {
    const made = await api.call('operator', 'PUT', '/projects/docs', SHOP);
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { name: 'docs', ...SHOP, version: 1, cost: 0 } });
    expect(await api.call('viewer', 'GET', '/projects/docs')).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body });
    const { body } = await api.call('viewer', 'GET', '/projects?limit=1&after=doc');
    expect(body).toMatchObject({ items: [{ name: 'docs', title: 'The shop' }], cursor: 'docs' });
    expect(await api.call('viewer', 'GET', '/projects/nothing')).toMatchObject({
      status: 404,
      body: { code: 'FW_NOT_FOUND', detail: "Org 'acme' has no project 'nothing'" },
    });
    expect((await api.call('foreign operator', 'GET', '/v1/orgs/other/projects')).body).toEqual({ items: [] });
  });

  it('are changed by who has seen the newest version alone', async () => {
    const patch = { data: { branch: 'next' } };
    const patched = await api.send('operator', {
      method: 'PATCH',
      path,
      body: patch,
      headers: { 'if-match': '"1"', 'content-type': 'application/merge-patch+json' },
    });
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { data: { ...SHOP.data, branch: 'next' } } });
    for (const [body, headers] of [
      [{ ...SHOP, version: 1 }, {}],
      [SHOP, { 'if-match': '"1"' }],
    ] as const)
      expect((await api.send('operator', { method: 'PUT', path, body, headers })).body).toMatchObject({
        status: 409,
        code: 'FW_STATE_CONFLICT',
      });
    for (const [body, tag] of [
      [SHOP, 'W/"2"'],
      [SHOP, '*'],
      [{ ...SHOP, version: 2 }, '"1"'],
    ] as const)
      expect((await api.send('operator', { method: 'PUT', path, body, headers: { 'if-match': tag } })).body).toMatchObject({
        code: 'FW_BODY_INVALID',
      });
    expect(
      (await api.send('operator', { method: 'PUT', path, body: { ...SHOP, version: 2 }, headers: { 'if-match': '"2"' } })).body,
    ).toMatchObject({ version: 3 });
  });

  it('are described, with what may be sent', async () => {
    type Operations = Readonly<
      Record<string, { readonly requestBody?: { readonly content: object }; readonly parameters: readonly object[] }>
    >;
    const { paths } = (await api.app.inject('/openapi.json')).json<{ readonly paths: Readonly<Record<string, Operations>> }>();
    const { put, patch } = paths['/v1/orgs/{org}/projects/{project}'] ?? {};
    expect(Object.keys(patch?.requestBody?.content ?? {})).toEqual(['application/json', 'application/merge-patch+json']);
    expect(put?.parameters).toContainEqual(expect.objectContaining({ in: 'header', name: 'if-match', required: false }));
  });

  it('are in the audit log as they were and as they are', async () => {
    await api.call('operator', 'PATCH', path, { data: { branch: null } });
    await api.call('operator', 'PATCH', path, { version: 1 });
    const { body } = await api.call('admin', 'GET', '/audit?limit=3');
    const { items } = body as { items: Record<string, unknown>[] };
    const after = { title: SHOP.title, data: { repository: SHOP.data.repository } };
    expect(items).toMatchObject([
      { operation: 'changeProject', status: 409 },
      { operation: 'changeProject', name: 'operator', target: `/v1/orgs/acme${path}`, status: 200, change: { before: SHOP, after } },
      { operation: 'replaceProject', status: 201, change: { before: null, after: SHOP } },
    ]);
    expect(items[0]).not.toHaveProperty('change');
  });

  it('are what tasks and runs may be for', async () => {
    const name = path.replace('/projects/', '');
    const task = await api.task({ project: name });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ project: name });
    const claim = await api.claim();
    expect(claim.project).toEqual({ name, ...SHOP });
    const usage = [{ model: 'm', inputTokens: 1, outputTokens: 1, cost: 5 }];
    await api.call('worker', 'POST', '/completions', { completions: [{ fence: claim.fence, outcome: 'succeeded', usage }] });
    expect((await api.call('viewer', 'GET', path)).body).toMatchObject({ cost: 5 });
    expect((await api.call('viewer', 'GET', '/usage?by=project')).body).toMatchObject({ items: [{ project: name, cost: 5 }] });
    expect((await api.call('viewer', 'GET', '/usage?by=agent')).body).toMatchObject({ code: 'FW_BODY_INVALID' });
    const unknown = { tasks: [{ agent: 'coder', title: 'T', project: 'no' }] };
    expect((await api.call('operator', 'POST', '/tasks', unknown)).body).toMatchObject({ status: 422, code: 'FW_PROJECT_UNKNOWN' });
  });

  it('take the changes of two at once', async () => {
    const both = ['a', 'b'].map(async (key) => api.call('operator', 'PATCH', path, { data: { [key]: 1 } }));
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    const one = ['c', 'd'].map(async (key) =>
      api.send('operator', { method: 'PATCH', path, body: { data: { [key]: 1 } }, headers: { 'if-match': '"3"' } }),
    );
    expect((await Promise.all(one)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await api.call('viewer', 'GET', path)).body).toMatchObject({ data: { ...SHOP.data, a: 1, b: 1 }, version: 4 });
  });

  it.each([
    ['__proto__', '{"__proto__":{"a":1}}', 'FW_BODY_INVALID'],
    ['__proto__ within', '{"a":{"__proto__":{"a":1}}}', 'FW_BODY_INVALID'],
    ['constructor.prototype', '{"constructor":{"prototype":{"a":1}}}', 'FW_BODY_INVALID'],
    ['a key twice', '{"a":1,"a":2}', 'FW_BODY_INVALID'],
    ['a number that would change', '{"a":9007199254740993}', 'FW_BODY_INVALID'],
    ['a list', '[1]', 'FW_BODY_INVALID'],
    ['null', 'null', 'FW_BODY_INVALID'],
    ['a text', '"a"', 'FW_BODY_INVALID'],
    ['NUL', '{"a":"\\u0000"}', 'FW_TEXT_INVALID'],
    ['NUL in a key', '{"a\\u0000":1}', 'FW_TEXT_INVALID'],
    ['half of a surrogate pair', '{"a":"\\ud800"}', 'FW_TEXT_INVALID'],
    ['105 levels', `${'{"a":'.repeat(105)}1${'}'.repeat(105)}`, 'FW_TEXT_INVALID'],
    ['10,000 levels', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'FW_TEXT_INVALID'],
    ['more than 64 KiB', `{"a":"${'x'.repeat(65_536)}"}`, 'FW_TOO_LARGE'],
    ['what takes more than 64 KiB to keep', `{"a":[${Array(9000).fill('1e300').join()}]}`, 'FW_TOO_LARGE'],
  ])('refuse %s and stay as they are', async (_, data, code) => {
    expect(await sendText('PUT', `{"title":"T","data":${data}}`)).toMatchObject({ code });
    expect(await sendText('PATCH', `{"data":${data}}`)).toMatchObject({ code });
    expect((await api.call('viewer', 'GET', path)).body).toMatchObject({ ...SHOP, version: 1 });
  });

  it.each(['Shop', 'a'.repeat(64), '..', '%2e%2e%2fa', 'a%00'])('have no name such as %s', async (name) => {
    const { status, body } = await api.call('operator', 'PUT', `/projects/${name}`, SHOP);
    expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'FW_NOT_FOUND' });
  });

  it('keep keys that are only odd', async () => {
    const data = { constructor: 1, toString: null, '': { 'a.b': [] }, hasOwnProperty: 'x', 'é\u202E': 0 };
    expect((await api.call('operator', 'PUT', path, { title: 'T', data })).body['data']).toEqual(data);
    expect((await api.call('operator', 'PATCH', path, { data: { '': null, constructor: { a: 1 } } })).body['data']).toEqual({
      ...data,
      '': undefined,
      constructor: { a: 1 },
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOK_FLEET, openApi, type TestApi } from './testing/index.ts';

describe('A CloudEvent by token', { timeout: 30_000 }, () => {
  let api: TestApi;
  beforeAll(async () => (api = await openApi({ fleet: HOOK_FLEET })), 60_000);
  afterAll(async () => api.close());
  const deliveries = async (trigger: string) => (await api.call('viewer', 'GET', `/triggers/${trigger}/deliveries`)).body['items'];

  const send = async (event: unknown, headers: Record<string, string> = {}, who = 'operator') => {
    const reply = await api.app.inject({
      method: 'POST',
      url: '/v1/orgs/acme/events',
      payload: typeof event === 'string' ? event : JSON.stringify(event),
      headers: { authorization: `Bearer ${api.names.get(who)}`, 'content-type': 'application/cloudevents+json', ...headers },
    });
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
  };
  const ORDER = { specversion: '1.0', id: '1', source: '/shop', type: 'com.example.order', data: { id: 'o-1', amount: 500 } };

  it('starts what waits for its type and source, once', async () => {
    expect(await send(ORDER)).toMatchObject({
      status: 200,
      body: { triggers: { orders: { outcome: 'started' }, every: { outcome: 'started' } } },
    });
    expect(await send(ORDER)).toMatchObject({ body: { triggers: { orders: { outcome: 'repeated' }, every: { outcome: 'repeated' } } } });
    expect(await send({ ...ORDER, source: '/kiosk', data: { amount: 1 } })).toMatchObject({
      body: { triggers: { every: { outcome: 'unwanted' } } },
    });
    expect((await send({ ...ORDER, type: 'other' })).body).toEqual({ triggers: {} });
    const { data: _, ...event } = ORDER;
    expect([await api.claim(), await api.claim()].map(({ title, input }) => [title, input])).toEqual([
      ['Check an order', { order: 'o-1' }],
      ['Any source', { event }],
    ]);
    const { body } = await api.call('admin', 'GET', '/audit?limit=9');
    expect(body['items']).toContainEqual(
      expect.objectContaining({ operation: 'publishEvent', about: [expect.any(String), expect.any(String)] }),
    );
  });

  it('is told from others by its source and its id, however long they are', async () => {
    const outcomeOf = async (source: string, id: string) => {
      const { body } = await send({ ...ORDER, source, id });
      return (body['triggers'] as Record<string, { outcome: string }>)['every']?.outcome;
    };
    const [source, id] = [`/${'s'.repeat(1000)}`, 'i'.repeat(1000)];
    expect([await outcomeOf(source, `${id}1`), await outcomeOf(source, `${id}1`), await outcomeOf(source, `${id}2`)]).toEqual([
      'started',
      'repeated',
      'started',
    ]);
    expect([await outcomeOf('/a b', 'c'), await outcomeOf('/a', 'b c')]).toEqual(['started', 'started']);
  });

  it('comes in binary mode too', async () => {
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '2',
      'ce-source': '/shop',
      'ce-type': 'com.example.order',
    };
    expect(await send('{"id":"o-2","amount":1}', headers)).toMatchObject({
      body: { triggers: { orders: { outcome: 'started' }, every: { outcome: 'unwanted' } } },
    });
  });

  it('is thought about for a moment only', async () => {
    const start = performance.now();
    const data = Array.from({ length: 1000 }, (_, i) => i);
    expect(await send({ ...ORDER, type: 'slow', data })).toMatchObject({ body: { triggers: { slow: { outcome: 'failed' } } } });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(await deliveries('slow')).toMatchObject([{ detail: 'It took longer than 100 ms' }]);
    const storm = Array.from({ length: 40 }, async (_, i) => send({ ...ORDER, id: `s${i}`, type: 'slow', data }));
    for (const { body } of await Promise.all(storm)) expect(body).toMatchObject({ triggers: { slow: { outcome: 'failed' } } });
    const details = ((await deliveries('slow')) as { detail: string }[]).map(({ detail }) => detail);
    expect(Object.entries(Object.groupBy(details, (detail) => detail)).map(([detail, all]) => [detail, all?.length])).toEqual(
      expect.arrayContaining([
        ['It took longer than 100 ms', 3],
        ['It took too long 3 times in a minute, and rests for a minute', 38],
      ]),
    );
  });

  it('is refused when it is none, or brought by somebody else', async () => {
    expect(await send('{}', { 'content-type': 'application/json' })).toMatchObject({ status: 400, body: { code: 'FW_BODY_INVALID' } });
    expect(await send(ORDER, {}, 'viewer')).toMatchObject({ status: 403 });
    expect(await send(ORDER, {}, 'foreign operator')).toMatchObject({ status: 404 });
  });

  it('is listed with other triggers, without their secrets', async () => {
    const { body } = await api.call('viewer', 'GET', '/triggers');
    expect(body['items']).toContainEqual({ name: 'issues', kind: 'github', title: 'Answer an issue', pipeline: 'idea' });
    expect(JSON.stringify(body)).not.toContain('secretFile');
    expect((await api.call('viewer', 'GET', '/triggers/nightly/deliveries')).status).toBe(404);
  });
});

describe('Pipelines by HTTP', { timeout: 30_000 }, () => {
  let api: TestApi;
  beforeAll(async () => (api = await openApi({ fleet: HOOK_FLEET })), 60_000);
  afterAll(async () => api.close());

  it('are listed, started once for a key, read and cancelled', async () => {
    const { body: list } = await api.call('viewer', 'GET', '/pipelines');
    expect(list['items']).toMatchObject([{ name: 'idea', steps: [{ id: 'answer' }, { id: 'check', needs: ['answer'] }] }]);
    const wish = { title: 'A login page', input: { idea: 'x' }, key: 'k' };
    const first = await api.call('operator', 'POST', '/pipelines/idea/runs', wish);
    expect(first).toMatchObject({ status: 201, body: { created: true, tasks: [{ step: 'answer' }, { step: 'check' }] } });
    expect(await api.call('operator', 'POST', '/pipelines/idea/runs', wish)).toMatchObject({
      status: 200,
      body: { ...first.body, created: false },
    });
    expect(await api.call('operator', 'POST', '/pipelines/idea/runs', { ...wish, title: 'Other' })).toMatchObject({
      status: 409,
      body: { code: 'FW_KEY_REUSED' },
    });
    const run = `/runs/${String(first.body['run'])}`;
    expect(await api.call('viewer', 'GET', run)).toMatchObject({
      status: 200,
      body: { state: 'running', steps: [{ state: 'queued' }, { state: 'waiting', waitsFor: 'needs' }] },
    });
    expect((await api.call('foreign operator', 'GET', run)).status).toBe(404);
    expect(await api.call('operator', 'POST', `${run}/cancel`, { reason: 'Enough' })).toMatchObject({ status: 200, body: { ended: 2 } });
    expect(await api.call('operator', 'POST', '/pipelines/nobody/runs', wish)).toMatchObject({
      status: 404,
      body: { code: 'FW_NOT_FOUND' },
    });
    expect((await api.call('viewer', 'POST', '/pipelines/idea/runs', wish)).status).toBe(403);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HOOK_FLEET, openApi, SECRETS, sign, SPARE, STANDARD, type TestApi } from './testing/index.ts';

/** A byte less than it takes. */
const SHORT = Buffer.alloc(15, 7);

const ISSUE = { action: 'opened', issue: { number: 5, title: 'It breaks' }, repository: { name: 'shop' } };

describe('A webhook', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-hooks-'));
  let api: TestApi;

  beforeAll(async () => {
    mkdirSync(join(folder, 'acme'));
    writeFileSync(join(folder, 'acme', 'issues'), `${SPARE}\n${SECRETS.github}\n`);
    writeFileSync(join(folder, 'acme', 'any'), SECRETS.github);
    writeFileSync(join(folder, 'acme', 'alarms'), SECRETS.alarms);
    writeFileSync(join(folder, 'acme', 'timed'), SECRETS.timed);
    writeFileSync(join(folder, 'acme', 'standard'), `whsec_${STANDARD.toString('base64')}`);
    writeFileSync(join(folder, 'acme', 'short'), 'hunter2\n\n');
    writeFileSync(join(folder, 'acme', 'weird'), `whsec_${'!'.repeat(32)}\nwhsec_${SHORT.toString('base64')}\n`);
    writeFileSync(join(folder, 'acme', 'prefixed'), `whsec_${STANDARD.toString('base64')}`);
    api = await openApi({ fleet: HOOK_FLEET, hookSecrets: folder });
  }, 60_000);
  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const post = async (path: string, body: string | Buffer, headers: Record<string, string>) => {
    const reply = await api.app.inject({
      method: 'POST',
      url: path,
      payload: body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
  };
  const github = async (payload: unknown, { event = 'issues', delivery = `${randomUUID()}`, secret = SECRETS.github } = {}) => {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return post('/hooks/acme/issues', body, {
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${sign(secret, body)}`,
    });
  };
  const alarm = async (body: string | Buffer, headers: Record<string, string> = {}) =>
    post('/hooks/acme/alarms', body, { 'x-alarm-signature': sign(SECRETS.alarms, body), ...headers });
  const deliveries = async (trigger: string) => (await api.call('viewer', 'GET', `/triggers/${trigger}/deliveries`)).body['items'];
  const numbered = (more: object = {}) => ({ ...ISSUE, id: randomUUID(), ...more });

  it('of GitHub starts a run with what it maps, and nothing else of what was sent', async () => {
    const { status, body } = await github(ISSUE, { delivery: 'delivery-1' });
    expect({ status, body }).toMatchObject({ status: 202, body: { outcome: 'started', tasks: [{ step: 'answer' }, { step: 'check' }] } });
    const run = (await api.call('viewer', 'GET', `/runs/${String(body['run'])}`)).body;
    expect(run).toMatchObject({ title: 'Answer an issue', startedBy: 'trigger issues', state: 'running' });
    expect(await deliveries('issues')).toMatchObject([{ id: 'delivery-1', outcome: 'started', run: body['run'] }]);
    const { body: audit } = await api.call('admin', 'GET', '/audit?limit=1');
    const about = (body['tasks'] as { id: string }[]).map(({ id }) => id);
    expect(audit['items']).toMatchObject([
      { operation: 'receiveHook', name: 'trigger issues', target: '/hooks/acme/issues', status: 202, about },
    ]);
    const claim = await api.claim();
    expect(claim.input).toEqual({ pipeline: 'idea', run: body['run'], step: 'answer', input: { issue: 5, title: 'It breaks' } });
    await api.dispatcher.complete({ fence: claim.fence, outcome: 'succeeded', result: null });
  });

  it('starts one run, however often, by whatever id and as whatever event the same is sent', async () => {
    const delivery = randomUUID();
    const payload = numbered();
    const all = await Promise.all(Array.from({ length: 32 }, async () => github(payload, { delivery })));
    expect(all.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(all.filter(({ status, body }) => status === 200 && body['outcome'] === 'repeated')).toHaveLength(31);
    expect(new Set(all.map(({ body }) => body['run'])).size).toBe(1);
    // Neither header is signed.
    expect(await github(payload)).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
    expect(await github(payload, { event: 'push' })).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
    expect(await github(numbered(), { delivery })).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
  });

  it.each([
    ['another event', () => numbered(), { event: 'star' }, 'unwanted', 'events'],
    ['another action', () => numbered({ action: 'closed' }), {}, 'unwanted', 'events'],
    ['an action that is none', () => numbered({ action: ['opened'] }), {}, 'unwanted', 'events'],
    ['a condition that is false', () => numbered({ repository: { name: 'docs' } }), {}, 'unwanted', 'when'],
    ['a field that is missing', () => numbered({ repository: {} }), {}, 'failed', 'No such key: name'],
    ['a payload that is no object', () => `"${randomUUID()}"`, { event: 'push' }, 'failed', 'No such key: repository'],
    ['an input that is missing', () => numbered({ issue: {} }), {}, 'failed', 'No such key: number'],
    ['an input that is too large', () => numbered({ issue: { number: 1, title: 'x'.repeat(70_000) } }), {}, 'failed', '/input is 70'],
    ['a list where a text is', () => numbered({ repository: { name: ['shop'] } }), {}, 'unwanted', 'when'],
  ] as const)('starts nothing by %s, and notes it', async (...[, payload, options, outcome, detail]) => {
    expect(await github(payload(), options)).toEqual({ status: 200, body: { outcome } });
    const [last] = (await deliveries('issues')) as { outcome: string; detail: string }[];
    expect(last?.outcome).toBe(outcome);
    expect(last?.detail).toContain(detail);
  });

  it('of GitHub takes whatever happens where no events are named, but for its first sign of life', async () => {
    const send = async (event: string) => {
      const body = JSON.stringify({ zen: event });
      return post('/hooks/acme/any', body, { 'x-github-event': event, 'x-hub-signature-256': `sha256=${sign(SECRETS.github, body)}` });
    };
    expect(await send('ping')).toEqual({ status: 200, body: { outcome: 'unwanted' } });
    expect(await send('star')).toMatchObject({ status: 202, body: { outcome: 'started' } });
  });

  it('takes any of its secrets, and CEL integers are whole', async () => {
    expect(await github(numbered({ issue: { number: 6, title: 'x' } }), { secret: SPARE })).toMatchObject({ status: 202 });
  });

  describe('answers the same, whatever is wrong:', () => {
    const REFUSED = {
      status: 403,
      body: {
        code: 'FW_FORBIDDEN',
        detail: 'There is no trigger at this address that such a signature opens, or the signature is too old',
      },
    };
    const body = JSON.stringify({ a: 1 });
    const good = sign(SECRETS.alarms, body);
    const flip = (text: string) => `${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`;
    const at = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);
    const standard = (key: Buffer) => ({
      'webhook-id': 'a',
      'webhook-timestamp': at(0),
      'webhook-signature': `v1,${sign(key, `a.${at(0)}.${body}`, 'base64')}`,
    });

    it.each([
      ['an unknown org', '/hooks/nobody/alarms', { 'x-alarm-signature': good }],
      ['an unknown trigger', '/hooks/acme/nobody', { 'x-alarm-signature': good }],
      ['a name that none can have', '/hooks/acme/__proto__', { 'x-alarm-signature': good }],
      ['a name of all objects', '/hooks/acme/constructor', { 'x-alarm-signature': good }],
      ['a trigger of another org', '/hooks/other/alarms', { 'x-alarm-signature': good }],
      ['a trigger by the clock', '/hooks/acme/nightly', { 'x-alarm-signature': good }],
      ['a trigger for events', '/hooks/acme/orders', { 'x-alarm-signature': good }],
      ['no signature', '/hooks/acme/alarms', {}],
      ['an empty one', '/hooks/acme/alarms', { 'x-alarm-signature': '' }],
      ['half of one', '/hooks/acme/alarms', { 'x-alarm-signature': good.slice(0, 32) }],
      ['one with a bit changed', '/hooks/acme/alarms', { 'x-alarm-signature': flip(good) }],
      ['one with more', '/hooks/acme/alarms', { 'x-alarm-signature': `${good}00` }],
      ['two in one', '/hooks/acme/alarms', { 'x-alarm-signature': `${flip(good)}, ${good}` }],
      ['one of another secret', '/hooks/acme/alarms', { 'x-alarm-signature': sign(SECRETS.github, body) }],
      ['one in another header', '/hooks/acme/alarms', { 'x-hub-signature-256': `sha256=${good}` }],
      ['one of the empty secret', '/hooks/acme/nameless', { 'x-signature': sign('', body) }],
      ['one of a secret that can be guessed', '/hooks/acme/short', { 'x-signature': sign('hunter2', body) }],
      ['no time', '/hooks/acme/timed', { 'x-signature': sign(SECRETS.timed, body) }],
      ['a time that is past', '/hooks/acme/timed', { 'x-time': at(-310), 'x-signature': sign(SECRETS.timed, `${at(-310)}.${body}`) }],
      ['a time to come', '/hooks/acme/timed', { 'x-time': at(3600), 'x-signature': sign(SECRETS.timed, `${at(3600)}.${body}`) }],
      ['a time that is none', '/hooks/acme/timed', { 'x-time': '1e9', 'x-signature': sign(SECRETS.timed, `1e9.${body}`) }],
      ['another time than was signed', '/hooks/acme/timed', { 'x-time': at(1), 'x-signature': sign(SECRETS.timed, `${at(0)}.${body}`) }],
      [
        'no id',
        '/hooks/acme/standard',
        { 'webhook-timestamp': at(0), 'webhook-signature': `v1,${sign(STANDARD, `.${at(0)}.${body}`, 'base64')}` },
      ],
      ['one of no key at all', '/hooks/acme/weird', standard(Buffer.alloc(0))],
      ['one of a key that is too short once it is decoded', '/hooks/acme/weird', standard(SHORT)],
      ['one of a prefix that means nothing here', '/hooks/acme/prefixed', { 'x-signature': sign(STANDARD, body) }],
      [
        'another version',
        '/hooks/acme/standard',
        { 'webhook-id': 'a', 'webhook-timestamp': at(0), 'webhook-signature': `v2,${sign(STANDARD, `a.${at(0)}.${body}`, 'base64')}` },
      ],
    ])('%s', async (_, path, headers) => {
      expect(await post(path, body, headers)).toMatchObject(REFUSED);
    });

    it('a body that is not what was signed', async () => {
      expect(await post('/hooks/acme/alarms', `${body} `, { 'x-alarm-signature': good })).toMatchObject(REFUSED);
      expect(await deliveries('alarms')).toEqual([]);
    });
  });

  it('of Standard Webhooks counts once by its id', async () => {
    const send = async (id: string, text: string) => {
      const time = String(Math.floor(Date.now() / 1000));
      const signature = `v1,${sign(STANDARD, 'wrong', 'base64')} v1,${sign(STANDARD, `${id}.${time}.${text}`, 'base64')}`;
      return post('/hooks/acme/standard', text, { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature });
    };
    expect(await send('msg_1', '{"a":1}')).toMatchObject({ status: 202, body: { outcome: 'started', agent: 'coder' } });
    expect(await send('msg_1', '{"a":1}')).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
    expect(await send('msg_2', '{"a":1}')).toMatchObject({ status: 202 });
    expect(await deliveries('standard')).toMatchObject([{ id: 'msg_2' }, { id: 'msg_1' }]);
  });

  it('of Standard Webhooks begins nothing anew by what is not signed', async () => {
    const time = String(Math.floor(Date.now() / 1000));
    const send = async (id: string, text: string, more: Record<string, string> = {}, at = time) =>
      post('/hooks/acme/standard', text, {
        'webhook-id': id,
        'webhook-timestamp': at,
        'webhook-signature': `v1,${sign(STANDARD, `${id}.${at}.${text}`, 'base64')}`,
        ...more,
      });
    expect(await send('msg_3', '{"pay":1}')).toMatchObject({ status: 202 });
    for (let i = 0; i < 4; i += 1) {
      const unsigned = { 'ce-specversion': '1.0', 'ce-id': `x${i}`, 'ce-source': `/s${i}`, 'ce-type': 'anything.i.like' };
      expect(await send('msg_3', '{"pay":1}', unsigned)).toMatchObject({
        status: 400,
        body: {
          detail: "The signature does not cover 'ce-' headers; send the event in structured mode, as 'application/cloudevents+json'",
        },
      });
    }
    const event = '{"specversion":"1.0","id":"4","source":"/pay","type":"paid"}';
    const structured = { 'content-type': 'application/cloudevents+json' };
    expect(await send('msg_4', event, structured)).toMatchObject({ status: 202 });
    const again = { status: 200, body: { outcome: 'repeated' } };
    // Whatever it is said to be, at another time, and with another id of one of the two kinds.
    expect(await send('msg_4', event)).toMatchObject(again);
    expect(await send('msg_4', event, structured, String(Number(time) + 1))).toMatchObject(again);
    expect(await send('msg_5', event, structured)).toMatchObject(again);
    expect(await send('msg_4', event.replace('"4"', '"5"'), structured)).toMatchObject(again);
  });

  it('takes a secret by the letter where no Standard Webhooks are', async () => {
    const secret = `whsec_${STANDARD.toString('base64')}`;
    expect(await post('/hooks/acme/prefixed', '"x"', { 'x-signature': sign(secret, '"x"') })).toMatchObject({ status: 202 });
  });

  it('with a signed time takes the same body at another time', async () => {
    const send = async (seconds: number) => {
      const time = String(Math.floor(Date.now() / 1000) + seconds);
      return post('/hooks/acme/timed', '{}', { 'x-time': time, 'x-signature': sign(SECRETS.timed, `${time}.{}`, 'base64') });
    };
    const [first, second] = [await send(0), await send(-100)];
    expect([first.status, second.status]).toEqual([202, 202]);
  });

  it('may be a CloudEvent in structured mode, known by its source and id', async () => {
    const event = {
      specversion: '1.0',
      id: '7',
      source: '/ci',
      type: 'build.failed',
      time: '2026-01-01T00:00:00Z',
      data: { branch: 'main' },
    };
    const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect(await alarm(JSON.stringify(event), structured)).toMatchObject({ status: 202 });
    expect(await alarm(JSON.stringify({ ...event, data: { branch: 'other' } }), structured)).toMatchObject({
      status: 200,
      body: { outcome: 'repeated' },
    });
    expect(await alarm(JSON.stringify({ ...event, id: '8', source: '/ci two' }), structured)).toMatchObject({ status: 202 });
    const binary = { 'ce-specversion': '1.0', 'ce-id': '9', 'ce-source': '/ci', 'ce-type': 'build.failed' };
    expect(await alarm('{"branch":"main"}', binary)).toMatchObject({ status: 400, body: { code: 'FW_BODY_INVALID' } });
    expect(await deliveries('alarms')).toMatchObject([{ id: '/ci%20two 8' }, { id: '/ci 7' }]);
  });

  it.each([
    ['nothing', '', {}, 202, undefined],
    ['no JSON', '<xml/>', {}, 400, 'FW_BODY_INVALID'],
    ['a form', 'payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'FW_BODY_INVALID'],
    ['another type', '{"n":1}', { 'content-type': 'text/plain' }, 202, undefined],
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), {}, 422, 'FW_TEXT_INVALID'],
    ['__proto__', '{"__proto__":{"admin":true}}', {}, 400, 'FW_BODY_INVALID'],
    ['a key twice', '{"a":1,"a":2}', {}, 400, 'FW_BODY_INVALID'],
    ['a number that would change', '[9007199254740993]', {}, 400, 'FW_BODY_INVALID'],
    ['NUL', '"a\\u0000b"', {}, 422, 'FW_TEXT_INVALID'],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), {}, 422, 'FW_TEXT_INVALID'],
    ['several events', '[]', { 'content-type': 'application/cloudevents-batch+json' }, 400, 'FW_BODY_INVALID'],
    [
      'an event without an id',
      '{"specversion":"1.0","source":"/a","type":"b"}',
      { 'content-type': 'application/cloudevents+json' },
      400,
      'FW_BODY_INVALID',
    ],
    [
      'an event of another version',
      '{"specversion":"0.3","id":"1","source":"/a","type":"b"}',
      { 'content-type': 'application/cloudevents+json' },
      400,
      'FW_BODY_INVALID',
    ],
    ['an event that is a list', '[1]', { 'content-type': 'application/cloudevents+json' }, 400, 'FW_BODY_INVALID'],
    [
      'an event with an object for a name',
      '{"specversion":"1.0","id":{},"source":"/a","type":"b"}',
      { 'content-type': 'application/cloudevents+json' },
      400,
      'FW_BODY_INVALID',
    ],
    [
      'an event in bytes',
      '{"specversion":"1.0","id":"9","source":"/a","type":"b","data_base64":"AA=="}',
      { 'content-type': 'application/cloudevents+json' },
      400,
      'FW_BODY_INVALID',
    ],
    ['an event with half its headers', '{}', { 'ce-specversion': '1.0', 'ce-id': '1' }, 400, 'FW_BODY_INVALID'],
  ] as const)('reads strictly what is well signed: %s', async (...[, body, headers, status, code]) => {
    const answer = await alarm(typeof body === 'string' ? body : Buffer.from(body), headers);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('says what stands in the way, and may then be sent again', async () => {
    await api.dispatcher.store.read("update agent set removed = true where address = 'acme/coder' returning null", []);
    const payload = numbered();
    expect(await github(payload)).toMatchObject({ status: 422, body: { code: 'FW_AGENT_UNKNOWN' } });
    await api.dispatcher.store.read("update agent set removed = false where address = 'acme/coder' returning null", []);
    expect(await github(payload)).toMatchObject({ status: 202 });
  });

  it('looks at what began nothing anew, as the trigger may be another by then', async () => {
    const send = async () =>
      alarm('{"specversion":"1.0","id":"again","source":"/ci","type":"x"}', { 'content-type': 'application/cloudevents+json' });
    const trigger = HOOK_FLEET.orgs['acme']?.triggers?.['alarms'];
    if (trigger?.kind !== 'webhook') throw new Error('It is a webhook');
    const mutable: { when?: string } = trigger;
    mutable.when = 'data.missing';
    expect(await send()).toEqual({ status: 200, body: { outcome: 'failed' } });
    expect(await send()).toEqual({ status: 200, body: { outcome: 'failed' } });
    mutable.when = 'true';
    expect(await send()).toMatchObject({ status: 202 });
    expect(await send()).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
  });

  it('reads no more than a megabyte, and not for long', { timeout: 60_000 }, async () => {
    expect(await alarm(Buffer.alloc(1024 * 1024 + 1, 32))).toMatchObject({ status: 413, body: { code: 'FW_TOO_LARGE' } });
    const port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
    const before = process.memoryUsage.rss();
    const answer = await new Promise<string>((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      let text = '';
      let sent = 0;
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 32), Buffer.from('\r\n')]);
      const push = (): void => {
        while (sent < 1024 ** 3 && !socket.destroyed) {
          sent += 65_536;
          if (!socket.write(chunk)) return void socket.once('drain', push);
        }
      };
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      socket.write('POST /hooks/acme/alarms HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
      push();
    });
    // The end of the connection may overtake the answer, as more is on its way.
    expect(answer).toMatch(/^(HTTP\/1\.1 413 |$)/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 * 1024 ** 2);
    const start = performance.now();
    await new Promise((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.write('POST /hooks/acme/alarms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
        socket
          .resume()
          .on('error', () => undefined)
          .on('close', resolve);
      });
    });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('lets others in where one address sends much and slowly', async () => {
    const log = vi.spyOn(api.app.log, 'error');
    const slow = Array.from({ length: 64 }, () => new Readable({ read: () => undefined }));
    const knock = async (remoteAddress: string, payload: Readable | string) =>
      api.app
        .inject({ method: 'POST', url: '/hooks/acme/alarms', remoteAddress, headers: { 'content-type': 'a/b' }, payload })
        .then(({ statusCode }) => statusCode)
        .catch(() => 'ended');
    const waiting = slow.map(async (payload) => knock('192.0.2.1', payload));
    await vi.waitFor(async () => expect(await knock('192.0.2.1', '{}')).toBe(503));
    expect(await knock('192.0.2.2', '{}')).toBe(403);
    // Who came first made room.
    expect(await Promise.race(waiting.map(async (each, at) => `${at} ${await each}`))).toBe('0 ended');
    expect(log).not.toHaveBeenCalled();
    await Promise.all(waiting);
  });

  it('takes so many a second, so many at once, and each address may knock so often', async () => {
    const wave = async (length: number, name: string) => Promise.all(Array.from({ length }, async (_, i) => alarm(`{"${name}":${i}}`)));
    // However slow the machine is.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    const answers = [...(await wave(60, 'one')), ...(await wave(10, 'two'))];
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 60 }, () => 202),
      ...Array.from({ length: 10 }, () => 429),
    ]);
    expect(answers[65]?.body['detail']).toBe('This trigger takes 30 requests a second; send it again later');
    expect((await wave(80, 'three')).filter(({ body }) => body['code'] === 'FW_UNAVAILABLE')).toHaveLength(16);
    const late = (await wave(51, 'four')).filter(({ body }) => body['detail'] === 'This address may knock 100 times a second; wait');
    expect(late).toHaveLength(1);
    clock.mockRestore();
  });
});

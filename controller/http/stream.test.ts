import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prune } from '../dispatch/index.ts';
import { askOnce } from './stream/ask-once.ts';
import { Reader } from './stream/reader.ts';
import { openApi, type TestApi } from './testing/index.ts';

interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a stream as a browser does. */
function parse(text: string): Message[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
      return { event: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data: fields.get('data') ?? '' };
    });
}

describe('A reader', () => {
  it('is shown each message once, in order, though news come while it is shown older ones', () => {
    const sink = new PassThrough();
    const reader = new Reader(sink, [0n, 0n]);
    const [one, two, three, four] = [1n, 2n, 3n, 4n].map((id) => ({
      cursor: [7n, id] as const,
      task: undefined,
      bytes: Buffer.from(`${id}`),
    }));
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('Four messages are needed');
    reader.offer([two, three]);
    reader.catchUp([one, two]);
    reader.goLive();
    reader.offer([three, four]);
    expect(String(sink.read())).toBe('1234');
    expect(reader.cursor).toEqual([7n, 4n]);
  });
});

describe('A question that many ask at once', () => {
  it('is asked once, and anew for those who ask while it is answered', async () => {
    const asked: string[] = [];
    const ask = askOnce(async (about) => {
      asked.push(about);
      await new Promise(setImmediate);
      return asked.length;
    });
    const first = Promise.all([ask('a'), ask('a')]);
    while (asked.length === 0) await new Promise(setImmediate);
    expect(await Promise.all([ask('a'), ask('b'), first])).toEqual([3, 3, [1, 1]]);
    expect(asked).toEqual(['a', 'a', 'b']);
  });
});

describe('A stream', { timeout: 30_000 }, () => {
  let api: TestApi;
  let origin = '';
  beforeAll(async () => {
    api = await openApi();
    origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  }, 60_000);
  afterAll(async () => api.close());

  const open = async (path: string, lastId?: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${api.names.get('viewer')}`, accept: 'text/event-stream' };
      get(
        `${origin}/v1/orgs/acme${path}`,
        { headers: lastId === undefined ? headers : { ...headers, 'last-event-id': lastId }, agent: false },
        resolve,
      ).on('error', reject);
    });

  /** Reads until there are so many messages, and hangs up. */
  const read = async (path: string, count: number, lastId?: string): Promise<Message[]> => {
    const answer = await open(path, lastId);
    let text = '';
    for await (const chunk of answer) {
      text += String(chunk);
      if (parse(text).length >= count) break;
    }
    return parse(text).slice(0, count);
  };

  const say = async (fence: { readonly task: string }, ...texts: string[]) => {
    const chunks = texts.map((text, seq) => ({ seq, stream: 'stdout', text }));
    expect((await api.call('worker', 'POST', `/tasks/${fence.task}/log`, { fence, chunks })).status).toBe(204);
  };

  it('of a log shows what was and what comes, and goes on after the last id', async () => {
    await api.task();
    const { fence } = await api.claim();
    await say(fence, 'one', 'two');
    const path = `/tasks/${fence.task}/log`;
    const first = await read(path, 2);
    expect(first.map(({ data }) => (JSON.parse(data) as { text: string }).text)).toEqual(['one', 'two']);
    const following = read(path, 1, first[1]?.id);
    await say(fence, 'one', 'two', 'three');
    expect((await following).map(({ data }) => (JSON.parse(data) as { text: string }).text)).toEqual(['three']);
  });

  it('cannot be forged by what a program prints', async () => {
    await api.task();
    const { fence } = await api.claim();
    const text = 'a\nid: 9-9\ndata: {"forged":true}\n\nevent: reset\ndata: x\r\rid: 8-8\u2028data: y \u001B[31m';
    await say(fence, text, 'after');
    const messages = await read(`/tasks/${fence.task}/log`, 2);
    expect(messages.map(({ event }) => event)).toEqual(['message', 'message']);
    expect(messages.map(({ data }) => (JSON.parse(data) as { text: string }).text)).toEqual([text, 'after']);
  });

  it('of events loses none and shows none twice, however often it is cut', async () => {
    const seen: string[] = [];
    const [start] = await read('/events', 1);
    expect(start).toMatchObject({ event: 'reset' });
    let last = start?.id;
    const tasks: string[] = [];
    const making = (async () => {
      for (let i = 0; i < 40; i += 1) {
        // One after the other.
        tasks.push(await api.task({ agent: 'reviewer' }));
      }
    })();
    while (seen.length < 40) {
      // One after the other.
      for (const { event, id, data } of await read('/events', 4, last)) {
        expect(event).toBe('message');
        seen.push((JSON.parse(data) as { task: string }).task);
        last = id;
      }
    }
    await making;
    expect(seen.slice(0, 40)).toEqual(tasks);
  });

  it('goes on for many who come back at once, without a gap and without a repetition', async () => {
    const [start] = await read('/events', 1);
    const tasks: string[] = [];
    const making = (async () => {
      for (let i = 0; i < 60; i += 1) {
        // One after the other.
        tasks.push(await api.task({ agent: 'reviewer' }));
      }
    })();
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, reader) => {
        const shown: string[] = [];
        for (let last = start?.id; shown.length < 60;) {
          // Each hangs up at other places.
          for (const { id, data } of await read('/events', Math.min(60 - shown.length, 5 + (reader % 7)), last)) {
            shown.push((JSON.parse(data) as { task: string }).task);
            last = id;
          }
        }
        return shown;
      }),
    );
    await making;
    for (const shown of seen) expect(shown).toEqual(tasks);
  });

  it('of one task shows that task only', async () => {
    const task = await api.task({ agent: 'reviewer' });
    const answer = await open(`/tasks/${task}/events`);
    await api.task({ agent: 'reviewer' });
    await api.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Seen' });
    let text = '';
    for await (const chunk of answer) {
      text += String(chunk);
      if (parse(text).length >= 2) break;
    }
    expect(parse(text).map(({ data }) => JSON.parse(data) as object)).toMatchObject([
      { task, kind: 'scheduled' },
      { task, kind: 'cancelled' },
    ]);
  });

  it.each(['garbage', '999999999-1', '1-1'])('says so when it cannot go on after %s', async (last) => {
    const [message] = await read('/events', 1, last);
    expect(message?.event).toBe('reset');
  });

  it('says so when what followed has been forgotten', async () => {
    const own = await openApi();
    const url = await own.app.listen({ host: '127.0.0.1', port: 0 });
    const task = await own.task();
    await own.call('operator', 'POST', `/tasks/${task}/cancel`, { reason: 'Old' });
    const { body } = await own.call('viewer', 'GET', '/events');
    const [{ id }] = body['items'] as [{ id: string }];
    await prune(own.dispatcher.store, 0);
    const headers = { authorization: `Bearer ${own.names.get('viewer')}`, accept: 'text/event-stream', 'last-event-id': id };
    const answer = await fetch(`${url}/v1/orgs/acme/events`, { headers });
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toMatch(/^event: reset\nid: \d+-0\n/);
    await own.close();
  });

  it('is cut when nobody takes what it says', async () => {
    await api.task();
    const { fence } = await api.claim();
    const answer = await open(`/tasks/${fence.task}/log`);
    answer.pause();
    const ended = new Promise((resolve) => answer.once('close', resolve));
    answer.on('error', () => undefined);
    let left = 400;
    const write = async () => {
      for (let seq = 0; left > 0; seq += 8) {
        left -= 8;
        const chunks = Array.from({ length: 8 }, (_, i) => ({ seq: seq + i, stream: 'stdout', text: 'x'.repeat(60_000) }));
        // One after the other.
        await api.call('worker', 'POST', `/tasks/${fence.task}/log`, { fence, chunks });
      }
    };
    await write();
    for (let i = 0; i < 100 && (await readers(api)) > 0; i += 1) {
      // One after the other.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await readers(api)).toBe(0);
    answer.resume();
    await ended;
  });

  it('does not hold up the end, though its reader connects anew, and another one has asked nothing yet', async () => {
    const ending = await openApi();
    const url = new URL(await ending.app.listen({ host: '127.0.0.1', port: 0 }));
    const headers = { authorization: `Bearer ${ending.names.get('viewer')}`, accept: 'text/event-stream' };
    const followEvents = async () => (await fetch(new URL('/v1/orgs/acme/events', url), { headers })).text();
    const reading = followEvents().then(async () => followEvents().catch(() => 'refused'));
    const silent = connect({ host: url.hostname, port: Number(url.port) }).on('error', () => undefined);
    await once(silent, 'connect');
    while ((await readers(ending)) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const begin = performance.now();
    await ending.close();
    expect(performance.now() - begin).toBeLessThan(5000);
    await reading;
  });

  it('says that it is still there once in fifteen seconds, and ends when its token does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const own = await openApi();
    try {
      const url = await own.app.listen({ host: '127.0.0.1', port: 0 });
      const { body } = await own.call('admin', 'POST', '/tokens', { name: 'page', role: 'viewer' });
      const headers = { authorization: `Bearer ${String(body['token'])}`, accept: 'text/event-stream' };
      const answer = await fetch(`${url}/v1/orgs/acme/events`, { headers });
      const reading = answer.text();
      await vi.advanceTimersByTimeAsync(15_000);
      await own.call('admin', 'DELETE', `/tokens/${String(body['id'])}`);
      await vi.advanceTimersByTimeAsync(15_000);
      expect((await reading).match(/: still here/g)).toHaveLength(2);
    } finally {
      vi.useRealTimers();
      await own.close();
    }
  });

  it('is not kept for those who hang up before it begins', async () => {
    const own = await openApi();
    const { hostname, port } = new URL(await own.app.listen({ host: '127.0.0.1', port: 0 }));
    const asks = `GET /v1/orgs/acme/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer ${own.names.get('viewer')}\r\n\r\n`;
    const { store } = own.dispatcher;
    const ask = store.read.bind(store);
    const reads: Promise<unknown>[] = [];
    vi.spyOn(store, 'read').mockImplementation(async <Row>(text: string, values: readonly unknown[], org?: string) => {
      const rows = new Promise((resolve) => setTimeout(resolve, 300)).then(async () => ask<Row>(text, values, org));
      reads.push(rows);
      return rows;
    });
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(asks);
    while (reads.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    socket.destroy();
    await Promise.all(reads);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await readers(own)).toBe(0);
    await own.close();
  });

  it('ends with the program', async () => {
    const own = await openApi();
    const url = await own.app.listen({ host: '127.0.0.1', port: 0 });
    const headers = { authorization: `Bearer ${own.names.get('viewer')}`, accept: 'text/event-stream' };
    const answer = await fetch(`${url}/v1/orgs/acme/events`, { headers });
    const waiting = fetch(`${url}/v1/orgs/acme/claims`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.names.get('worker')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agents: ['coder'], waitSeconds: 60 }),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await own.close();
    expect(await answer.text()).toMatch(/^event: reset/);
    expect(await (await waiting).json()).toEqual({ claims: [] });
  });
});

async function readers(api: TestApi): Promise<number> {
  return Number(/fleetwright_stream_readers (\d+)/.exec((await api.app.inject('/metrics')).body)?.[1]);
}

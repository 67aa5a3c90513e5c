import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type Completion, type Fence } from './wire/index.ts';

const ID = '5f0e2ab4-0000-4000-8000-000000000001';
const FENCE: Fence = { task: ID, attempt: 1, token: ID };
const REPORT: Completion = { fence: FENCE, outcome: 'succeeded' };

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly body: unknown;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** What a controller, or something between it and its callers, may answer. */
const give =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
const RECORDED = give(200, { answers: [{ outcome: 'recorded', state: 'succeeded' }] });
const hangUp: Answer = (_, request) => request.socket.destroy();

describe('Client', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  /** A server that answers one request after the other, the last answer again and again. */
  async function serve(...answers: Answer[]): Promise<{ client: Client; seen: Seen[] }> {
    const seen: Seen[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { method, url: path, headers } = request;
      const body = await text(request);
      seen.push({ method, path, token: headers.authorization, body: body === '' ? undefined : JSON.parse(body) });
      answers[Math.min(seen.length, answers.length) - 1]?.(response, request);
    };
    server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    let tokens = 0;
    return { client: new Client({ url: `http://127.0.0.1:${port}/`, org: 'acme', token: () => `t${(tokens += 1)}` }), seen };
  }

  it('sends to the org, with a token that is asked for each time', async () => {
    const { client, seen } = await serve(RECORDED);
    expect(await client.complete(REPORT)).toEqual({ outcome: 'recorded', state: 'succeeded' });
    await client.complete(REPORT);
    const expected = { method: 'POST', path: '/v1/orgs/acme/completions', body: { completions: [REPORT] } };
    expect(seen).toEqual([
      { ...expected, token: 'Bearer t1' },
      { ...expected, token: 'Bearer t2' },
    ]);
  });

  it.each([
    ['a problem that passes', give(503, { code: 'FW_UNAVAILABLE', detail: 'away' })],
    ['a proxy that has lost its server', give(502, '<html>Bad gateway</html>')],
    ['too many calls', give(429, { code: 'FW_RATE_LIMITED' })],
    ['an answer that is none', give(200, 'Welcome to the hotel')],
    ['a connection that breaks', hangUp],
  ])('reports the same again after %s', async (_, answer) => {
    const { client, seen } = await serve(answer, answer, RECORDED);
    expect(await client.complete(REPORT)).toMatchObject({ outcome: 'recorded' });
    expect(seen.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => ({ completions: [REPORT] })));
  });

  it('throws what the controller refuses, at once', async () => {
    const { client, seen } = await serve(give(422, { code: 'FW_TEXT_INVALID', detail: "'/title' holds a NUL", at: '/title' }));
    await expect(client.complete(REPORT)).rejects.toMatchObject({
      name: 'Refusal',
      code: 'FW_TEXT_INVALID',
      message: "'/title' holds a NUL",
      at: '/title',
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    [404, 'FW_NOT_FOUND'],
    [401, 'FW_UNAUTHENTICATED'],
    [418, 'FW_BODY_INVALID'],
    [599, 'FW_UNAVAILABLE'],
  ])('makes of status %i of somebody else %s', async (status, code) => {
    const { client } = await serve(give(status, 'no JSON'));
    await expect(client.get('/agents', { retryMs: 0 })).rejects.toMatchObject({ code });
  });

  it('makes no code of its own up from what an answer names', async () => {
    const { client } = await serve(give(400, { code: 'toString', detail: 'x' }));
    await expect(client.get('/agents')).rejects.toMatchObject({ code: 'FW_BODY_INVALID' });
  });

  it('claims once, as a claim that nobody hears of is held all the same', async () => {
    const { client, seen } = await serve(hangUp);
    await expect(client.claim({ agents: ['coder'] })).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
    expect(seen).toHaveLength(1);
  });

  it('waits for no answer longer than it is told to', async () => {
    const { client } = await serve(() => undefined);
    const message = /^The controller at http:\/\/127\.0\.0\.1:\d+\/v1\/orgs\/acme did not answer POST \/heartbeats$/;
    await expect(client.heartbeat({ fence: FENCE }, { answerMs: 50 })).rejects.toThrow(message);
  });

  it('gives up when the time for tries is over', async () => {
    const { client, seen } = await serve(give(503, {}));
    await expect(client.complete(REPORT, { retryMs: 400 })).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
    expect(seen.length).toBeGreaterThan(1);
  });

  it('ends when its caller does not want an answer any more', async () => {
    const { client } = await serve(give(503, {}));
    const gone = new AbortController();
    const call = client.complete(REPORT, { signal: gone.signal });
    gone.abort();
    await expect(call).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
  });
});

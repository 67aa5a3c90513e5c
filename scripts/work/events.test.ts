import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readStream, type StreamMessage } from './events.ts';

type Answer = (response: ServerResponse, last: string | undefined) => void;

/** A server that answers each connection in its turn. */
async function aStream(
  ...answers: readonly Answer[]
): Promise<{ readonly url: string; readonly asked: () => readonly (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const last = request.headers['last-event-id'];
    asked.push(typeof last === 'string' ? last : undefined);
    const answer = answers[asked.length - 1];
    if (answer === undefined) response.writeHead(503).end();
    else answer(response, asked.at(-1));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

const streamOf =
  (...pieces: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };

async function take(url: string, count: number): Promise<StreamMessage<unknown>[]> {
  const end = new AbortController();
  const messages: StreamMessage<unknown>[] = [];
  for await (const message of readStream({ url, token: 'token' }, end.signal)) {
    messages.push(message);
    if (messages.length === count) end.abort();
  }
  return messages;
}

describe('readStream', () => {
  it('reads messages however they are cut, and what is no JSON as a text', async () => {
    const { url } = await aStream(
      streamOf(
        'id: 1-0\nevent: eve',
        'nt\ndata: {"a":1}\n',
        '\n: still there\n\ndata: two\nda',
        'ta: lines\n\n',
        'event: reset\ndata: "x"\n\n',
      ),
    );
    expect(await take(url, 3)).toEqual([
      { event: 'event', data: { a: 1 } },
      { event: 'message', data: 'two\nlines' },
      { event: 'reset', data: 'x' },
    ]);
  });

  it('goes on after the last message when the connection ends, is refused for a while, or breaks', async () => {
    const { url, asked } = await aStream(
      streamOf('id: 1-0\ndata: 1\n\nid: 2-0\nda'),
      (response) => response.writeHead(503).end(),
      (response) => response.destroy(),
      streamOf('id: 2-0\ndata: 2\n\n'),
      streamOf('data: 3\n\n'),
    );
    expect((await take(url, 3)).map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(asked()).toEqual([undefined, '1-0', '1-0', '1-0', '2-0']);
  });

  it('ends with what is refused for good', async () => {
    const { url } = await aStream((response) =>
      response.writeHead(404).end(JSON.stringify({ code: 'FW_NOT_FOUND', detail: 'There is no such task' })),
    );
    await expect(take(url, 1)).rejects.toMatchObject({ code: 'FW_NOT_FOUND', message: 'There is no such task' });
  });
});

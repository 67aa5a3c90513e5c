import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Random } from '../corpus/random.ts';
import { Caller } from './caller.ts';
import { Recorder } from './history.ts';
import { FaultProxy } from './proxy.ts';

/** A server that counts what reaches it, behind a proxy that drops so many answers of a hundred. */
async function aServer(dropped: number) {
  let reached = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      reached += 1;
      response.end('{"ended":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  const proxy = await FaultProxy.open([address.port], new Random(1), dropped);
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-'));
  const recorder = new Recorder(join(folder, 'history.jsonl'));
  const caller = new Caller({ recorder, port: proxy.port, token: 'none', name: 'test' });
  onTestFinished(async () => {
    caller.close();
    await proxy.close();
    server.closeAllConnections();
    server.close();
    recorder.close();
    rmSync(folder, { recursive: true });
  });
  const ask = async () => caller.call('cancel', { task: 'a' }, { path: '/cancel', body: {} }, (body) => body as { ended: number });
  return { proxy, ask, reached: () => reached };
}

describe('The proxy', () => {
  it('lets calls through in calm weather', async () => {
    const { ask, reached } = await aServer(0);
    expect(await ask()).toEqual({ type: 'ok', answer: { ended: 1 } });
    expect(reached()).toBe(1);
  });

  it('drops answers to what has been done', async () => {
    const { ask, reached } = await aServer(100);
    expect(await ask()).toMatchObject({ type: 'unknown' });
    expect(reached()).toBe(1);
  });

  it.each([
    ['blackhole', 0],
    ['half-open', 1],
  ] as const)('keeps what comes in the weather %s: %d calls arrive, and none is answered', { timeout: 20_000 }, async (weather, arrive) => {
    const { proxy, ask, reached } = await aServer(0);
    proxy.weather = weather;
    expect(await ask()).toMatchObject({ type: 'unknown' });
    expect(reached()).toBe(arrive);
  });

  it('breaks off what is under way', async () => {
    const { proxy, ask } = await aServer(0);
    proxy.weather = 'delay';
    const asked = ask();
    setTimeout(() => proxy.reset(), 50);
    expect(await asked).toMatchObject({ type: 'unknown' });
  });
});

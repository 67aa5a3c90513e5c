import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findOrgs, speaking } from './server.ts';
import { showStatus } from './status.ts';

/** Somebody who answers as they like. */
async function aServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One that answers every request with a body. */
async function answering(body: string, status = 200): Promise<string> {
  return aServer((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
}

async function askStatus(server: string): Promise<number> {
  const options = { server, state: '.fleetwright', output: 'table' } as const;
  return speaking(options, async () => showStatus(options));
}

describe('a server that is no controller', () => {
  vi.stubEnv('FLEETWRIGHT_TOKEN', 'token');

  it.each([
    ['no JSON', '<html>', 200, /is no controller: it/],
    ['another shape', '{"org":7}', 200, /is no controller: it does not say whose the token is/],
    ['an org that is a path', '{"org":"../x"}', 200, /is no controller/],
    ['an unknown code', '{"code":"X"}', 400, /is no controller: it answered with status 400/],
    ['a code that is no text', '{"code":7}', 400, /is no controller: it answered with status 400/],
    ['an org, and nothing else', '{"org":"acme"}', 200, /answered what no controller answers/],
    ['lists of other things', '{"org":"acme","items":[7]}', 200, /answered what no controller answers/],
  ])('may answer %s', async (_, body, code, message) => {
    const asked = askStatus(await answering(body, code));
    await expect(asked).rejects.toMatchObject({ code: 'FW_CONTROLLER_AWAY', message: expect.stringMatching(message) });
  });

  it('may refuse as a controller does', async () => {
    const asked = askStatus(await answering('{"code":"FW_UNAUTHENTICATED","detail":"No such token"}', 401));
    await expect(asked).rejects.toThrow('No such token [FW_UNAUTHENTICATED]');
  });

  it('may answer without end', async () => {
    let sent = 0;
    const piece = Buffer.alloc(1024 * 1024, ' ');
    const url = await aServer((_, response) => {
      const more = () => {
        while (!response.destroyed && (sent += piece.length) < 1e9 && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    await expect(askStatus(url)).rejects.toThrow(/does not answer/);
    expect(sent).toBeLessThan(64 * piece.length);
  });

  it('may answer one list without end', async () => {
    const url = await aServer((request, response) => {
      if (request.url?.endsWith('/whoami') === true) return response.end('{"org":"acme"}');
      return response.end(`{"items":[]${' '.repeat(9 * 1024 * 1024)}}`);
    });
    const [org] = await findOrgs({ server: url, state: '.fleetwright' });
    await expect(org?.get('/agents')).rejects.toThrow(/does not answer/);
  });

  it('may say nothing', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('time is over')));
    onTestFinished(() => timeout.mockRestore());
    await expect(askStatus(await aServer(() => undefined))).rejects.toThrow(/does not answer/);
    expect(timeout).toHaveBeenCalledWith(15_000);
  });
});

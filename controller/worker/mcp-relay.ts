import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Client, Fence } from '../contract/wire/index.ts';

/** Headers of the protocol that are passed on. */
const PASSED = ['accept', 'content-type', 'mcp-method', 'mcp-name', 'mcp-protocol-version'];

/**
 * Serves the controller's tools to the agent's program while an attempt lasts, for programs that speak MCP: the token and the proof of holding
 * the task are added here. Who does not know the address, which no other container of the pod is told, is answered nothing.
 *
 * @returns where, and how to end it
 */
export async function serveMcpRelay(
  client: Client,
  fence: Fence,
  over: AbortSignal,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const path = `/${randomBytes(16).toString('hex')}/mcp`;
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== 'POST') return void response.writeHead(request.url === path ? 405 : 404).end();
    relay({ client, fence, over }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}${path}`, close };
}

interface Holding {
  readonly client: Client;
  readonly fence: Fence;
  readonly over: AbortSignal;
}

async function relay({ client, fence, over }: Holding, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = new Headers({ 'fleetwright-fence': `${fence.task}.${fence.attempt}.${fence.token}` });
  for (const name of PASSED) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const answer = await client.request('/mcp', { method: 'POST', headers, body: await buffer(request), signal: over });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

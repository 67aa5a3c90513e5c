import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Gateway } from './gateway.ts';

/** A server that tells what it was asked. */
async function anUpstream(): Promise<{
  readonly url: string;
  readonly seen: { readonly request: IncomingMessage; readonly body: string }[];
}> {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    void hear(request, response);
  });
  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    seen.push({ request, body: await text(request) });
    response.writeHead(201, { 'content-type': 'text/plain', 'x-own': 'yes' }).end(`asked ${request.url}`);
  };
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function aGateway(upstream: string): Promise<Gateway> {
  const gateway = await Gateway.open();
  onTestFinished(() => gateway.close());
  gateway.services = {
    tool: async (id) => {
      if (id !== 'acme/web') throw new Error(`There is no tool '${id}' here`);
      return new URL(`${upstream}/mcp`);
    },
    model: (agent, path, body) => ({
      url: new URL(`${upstream}${path}`),
      headers: { authorization: 'Bearer real', agent },
      body: Buffer.from(`${body} changed`),
    }),
  };
  return gateway;
}

describe('Gateway', () => {
  it('sends calls of models on with its own key, and those of tools as they are', async () => {
    const upstream = await anUpstream();
    const { url } = await aGateway(upstream.url);
    const headers = { authorization: 'Bearer local', 'x-api-key': 'local', 'x-kept': 'yes' };
    const model = await fetch(`${url}/models/acme/coder/v1/chat/completions?a=b`, { method: 'POST', body: 'hello', headers });
    expect({ status: model.status, own: model.headers.get('x-own'), body: await model.text() }).toEqual({
      status: 201,
      own: 'yes',
      body: 'asked /v1/chat/completions?a=b',
    });
    expect(upstream.seen[0]?.body).toBe('hello changed');
    expect(upstream.seen[0]?.request.headers).toMatchObject({ authorization: 'Bearer real', agent: 'acme/coder', 'x-kept': 'yes' });
    expect(upstream.seen[0]?.request.headers['x-api-key']).toBeUndefined();

    const tool = await fetch(`${url}/tools/acme/web/mcp`, { method: 'POST', body: '{}', headers: { 'mcp-method': 'tools/list' } });
    expect(await tool.text()).toBe('asked /mcp');
    expect(upstream.seen[1]).toMatchObject({ body: '{}', request: { headers: { 'mcp-method': 'tools/list' } } });
  });

  it('answers nothing to those who were not told its address', async () => {
    const upstream = await anUpstream();
    const { url } = await aGateway(upstream.url);
    const { origin } = new URL(url);
    for (const path of ['/', '/models/acme/coder/v1/models', '/wrong/tools/acme/web/mcp', `${new URL(url).pathname}/else`]) {
      const response = await fetch(origin + path);
      expect({ path, status: response.status }).toEqual({ path, status: 404 });
    }
    expect(upstream.seen).toEqual([]);
  });

  it('says why it cannot', async () => {
    const { url } = await aGateway('http://127.0.0.1:1');
    const tool = await fetch(`${url}/tools/acme/none/mcp`, { method: 'POST', body: '{}' });
    expect({ status: tool.status, body: await tool.json() }).toEqual({
      status: 502,
      body: { error: { code: 502, message: "There is no tool 'acme/none' here" } },
    });
    const model = await fetch(`${url}/models/acme/coder/v1/chat/completions`, { method: 'POST', body: '{}' });
    expect({ status: model.status, body: await model.json() }).toMatchObject({
      status: 502,
      body: { error: { message: expect.stringContaining('ECONNREFUSED') } },
    });
  });
});

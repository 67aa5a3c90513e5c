import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentBench, calling } from './testing/agent-run.ts';
import { toolServer } from './testing/tool-server.ts';

describe('Tools of MCP servers', { timeout: 60_000 }, () => {
  let bench: AgentBench;
  let called: string[];
  let endpoint: string;

  beforeEach(async () => {
    bench = new AgentBench();
    called = [];
    endpoint = `${await bench.serve(toolServer((name) => called.push(name)))}/mcp`;
  });

  afterEach(() => bench.close());

  /** @returns what the model was told last */
  async function call(name: string, input: unknown, allow?: readonly string[]): Promise<string> {
    let told = '';
    const model = await bench.say([calling(name, input), { content: '{}' }], ({ messages }) => (told = messages.at(-1)?.content ?? ''));
    const { code } = await bench.run(model, { config: { tools: { web: { endpoint, protocol: 'mcp', ...(allow && { allow }) } } } });
    expect(code).toBe(0);
    return told;
  }

  it('are called by the names of the tool and of the server', async () => {
    expect(await call('web__shout', { text: 'hello' })).toBe('HELLO');
    expect(await call('web__delete_all', { text: '' })).toBe('All is gone');
    expect(called).toEqual(['shout', 'delete.all']);
  });

  it('are those of the list, where there is one', async () => {
    expect(await call('web__delete_all', { text: '' }, ['shout'])).toMatch(
      /^error: There is no tool 'web__delete_all'; there are web__shout, wait_for_tasks, /,
    );
    expect(called).toEqual([]);
  });

  it('tell the model what they refuse, and what is wrong with its arguments', async () => {
    expect(await call('web__refuse', { text: 'x' })).toBe('error: Not today');
    expect(await call('web__shout', { text: 1 })).toMatch(/^error: .*text/);
    expect(called).toEqual(['refuse']);
  });

  it('are those of the address that was given, and of none to which it points', async () => {
    const behind = toolServer((name) => called.push(name));
    const asked: string[] = [];
    const pointing = createServer((request, response) => {
      if (request.url === '/mcp') return response.writeHead(307, { location: '/behind' }).end();
      asked.push(request.url ?? '');
      return behind.emit('request', request, response);
    });
    endpoint = `${await bench.serve(pointing)}/mcp`;
    const model = await bench.say([{ content: '{}' }]);
    const { code, stderr } = await bench.run(model, { config: { tools: { web: { endpoint, protocol: 'mcp' } } } });
    expect([code, stderr, asked]).toEqual([1, expect.stringContaining(`Tool 'web' at ${endpoint} does not answer: `), []]);
  });

  it('end an answer that does not end, and tell the model', async () => {
    const flood = await flooding('tools/call');
    expect(await call('web__shout', { text: 'hello' })).toBe('error: The server answers with more than 4194304 bytes; ask it for less');
    expect(flood.sent()).toBeLessThan(64 * 1024 * 1024);
    expect(called).toEqual([]);
  });

  it('end a list of tools that does not end', async () => {
    await flooding('tools/list');
    const { code, stderr } = await bench.run(endpoint, { config: { tools: { web: { endpoint, protocol: 'mcp' } } } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('The server answers with more than 4194304 bytes')]);
  });

  it('show no schema that is too long to be read at each turn', async () => {
    endpoint = `${await bench.serve(toolServer((name) => called.push(name), 'x'.repeat(100_000)))}/mcp`;
    let sent = 0;
    const model = await bench.say(
      [calling('web__shout', { text: 'hello' }), { content: '{}' }],
      (body) => (sent = JSON.stringify(body).length),
    );
    const { code } = await bench.run(model, { config: { tools: { web: { endpoint, protocol: 'mcp' } } } });
    expect([code, called]).toEqual([0, ['shout']]);
    expect(sent).toBeLessThan(50_000);
  });

  /** Has the server answer calls of this method without an end. */
  async function flooding(method: string): Promise<{ sent: () => number }> {
    const real = new URL(endpoint);
    let sent = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await text(request);
      const { headers } = request;
      if (!body.includes(`"${method}"`)) {
        const forward = requestOf(real, { method: request.method, headers: { ...headers, host: real.host } }, (reply) => {
          response.writeHead(reply.statusCode ?? 500, reply.headers);
          reply.pipe(response);
        });
        forward.end(body);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = `data: ${'x'.repeat(64 * 1024)}\n`;
      response.on('drain', () => flow());
      const flow = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
        sent += piece.length;
      };
      flow();
    };
    endpoint = `${await bench.serve(createServer((request, response) => void answer(request, response)))}/mcp`;
    return { sent: () => sent };
  }
});

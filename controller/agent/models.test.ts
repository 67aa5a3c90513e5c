import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Models } from './model/models.ts';
import type { Turn } from './scripted-model/transcript.ts';
import { AgentBench } from './testing/agent-run.ts';

const MESSAGES = [
  { role: 'system', content: "You are the agent 'coder' of the org 'acme'." },
  { role: 'user', content: 'Work.' },
] as const;
const SIGNAL = new AbortController().signal;

describe('Models', { timeout: 60_000 }, () => {
  let bench: AgentBench;
  let said: string[];

  beforeEach(() => {
    bench = new AgentBench();
    said = [];
  });

  afterEach(() => bench.close());

  function models(...endpoints: string[]): Models {
    const list = endpoints.map((endpoint, at) => ({
      endpoint,
      model: `m${at + 1}`,
      priority: at + 1,
      provider: 'x',
      role: 'primary' as const,
    }));
    return new Models({ models: list, key: undefined, say: (text) => said.push(text) });
  }

  async function ask(...turns: Turn[]): Promise<string> {
    return (await models(await bench.script(turns)).ask(MESSAGES, [], SIGNAL)).text;
  }

  it.each(['busy', 'down', 'garbage', 'half'] as const)('are asked again when one is %s', async (fault) => {
    expect(await ask({ fault, times: 2, say: 'half of it' }, { say: 'There.' })).toBe('There.');
    expect(said.filter((text) => text.includes('asking again in'))).toHaveLength(2);
  });

  it('say why they give up', async () => {
    await expect(ask({ fault: 'garbage' })).rejects.toThrow('No model answers: The answer is no JSON: "<html>502 Bad Gateway</html>"');
    expect(said.filter((text) => text.includes('asking again in'))).toHaveLength(4);
  });

  it('are asked in turn: the next one when the first refuses', async () => {
    const [first, second] = [await bench.script([{ fault: 'refused' }]), await bench.script([{ say: 'I am here.' }])];
    const asked = models(first, second);
    expect((await asked.ask(MESSAGES, [], SIGNAL)).text).toBe('I am here.');
    expect(said[0]).toMatch(/^Model 'm1' answered with status 401: /);
  });

  it('are not waited for longer than it is worth, when one says how long', async () => {
    const busy = await bench.serve(createServer((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end('{}')));
    const second = await bench.script([{ say: 'I am here.' }]);
    const begin = performance.now();
    expect((await models(busy, second).ask(MESSAGES, [], SIGNAL)).text).toBe('I am here.');
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it('need not be able to stream', async () => {
    const wishes: unknown[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { stream } = (await json(request)) as { stream?: boolean };
      wishes.push(stream);
      response.writeHead(stream === true ? 400 : 200, { 'content-type': 'application/json' });
      const message = { content: null, tool_calls: [{ id: 'a', function: { name: 'x', arguments: '' } }] };
      response.end(JSON.stringify(stream === true ? { error: 'stream is not supported' } : { choices: [{ message }] }));
    };
    const plain = await bench.serve(createServer((request, response) => void answer(request, response)));
    const asked = models(plain);
    expect((await asked.ask(MESSAGES, [], SIGNAL)).calls).toEqual([
      { id: 'a', type: 'function', function: { name: 'x', arguments: '{}' } },
    ]);
    expect(wishes).toEqual([true, undefined]);
    // Where nobody counts, tokens are guessed.
    expect(asked.tokens).toBeGreaterThan(20);
  });

  it('put together what comes in pieces', async () => {
    const content = 'äöü '.repeat(500);
    const model = models(await bench.script([{ say: content, calls: [{ tool: 'a', with: { content } }, { tool: 'b' }] }]));
    const { text, calls, scripted } = await model.ask(MESSAGES, [], SIGNAL);
    expect(text).toBe(content);
    expect(calls.map((call) => call.function)).toEqual([
      { name: 'a', arguments: JSON.stringify({ content }) },
      { name: 'b', arguments: '{}' },
    ]);
    expect([scripted, model.scripted, said]).toEqual([true, true, [expect.stringMatching(/^scripted model: /)]]);
  });

  it('read a line that comes byte by byte in no more time than it takes', async () => {
    const line = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(60_000) }, finish_reason: 'stop' }] })}\n\n`;
    const answer = async (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const character of line) if (!response.write(character)) await once(response, 'drain');
      response.end();
    };
    const server = await bench.serve(createServer((_, response) => void answer(response)));
    const split = vi.spyOn(String.prototype, 'split');
    try {
      expect((await models(server).ask(MESSAGES, [], SIGNAL)).text).toHaveLength(60_000);
      const looked = split.mock.contexts.reduce((sum: number, text) => sum + String(text).length, 0);
      expect(looked).toBeLessThan(2 * line.length + 10_000);
    } finally {
      split.mockRestore();
    }
  });

  it.each([
    '{"choices":[]}',
    '{"choices":[{"message":{"content":7}}]}',
    '{"error":{"message":"no"}}',
    'null',
    '[]',
    '{"choices":[{"message":{"tool_calls":[{"index":1e9,"function":{"name":"x"}}]}}]}',
  ])('do not take %s for an answer', async (body) => {
    const server = await bench.serve(
      createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body)),
    );
    const stop = new AbortController();
    const asking = models(server).ask(MESSAGES, [], stop.signal);
    await expect.poll(() => said[0]).toMatch(/^The answer is not one of the chat API/);
    stop.abort();
    await expect(asking).rejects.toThrow('aborted');
  });
});

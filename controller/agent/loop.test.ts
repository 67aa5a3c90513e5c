import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOP_LIMITS, type LoopEnd, runLoop } from './loop.ts';
import { Models } from './model/models.ts';
import { Session } from './session.ts';
import { AgentBench, calling } from './testing/agent-run.ts';
import type { Tool } from './tools/tool.ts';
import { Toolbox } from './tools/toolbox.ts';

describe('The loop', () => {
  let bench: AgentBench;

  beforeEach(() => {
    bench = new AgentBench();
  });

  afterEach(() => bench.close());

  const echo: Tool = { definition: { name: 'echo', description: '', parameters: {} }, call: async ({ text }) => String(text) };

  async function loop(address: string, limits: Partial<typeof LOOP_LIMITS> = {}): Promise<{ end: LoopEnd; session: Session }> {
    const models = new Models({
      models: [{ endpoint: address, model: 'm', priority: 1, provider: 'x', role: 'primary' }],
      key: undefined,
      say: () => undefined,
    });
    const session = Session.open(bench.workspace, 's');
    session.add({ role: 'user', content: 'Work.' });
    const end = await runLoop({
      models,
      toolbox: new Toolbox([echo], async () => undefined),
      session,
      budget: undefined,
      limits: { ...LOOP_LIMITS, ...limits },
      signal: new AbortController().signal,
      say: () => undefined,
      onRound: async () => undefined,
    });
    return { end, session };
  }

  const many = Array.from({ length: 9 }, (_, at) => calling('echo', { text: `${at} ${'x'.repeat(1000)}` }, 'same'));

  it.each([
    [{ rounds: 3 }, 'The model gave 3 answers without an end'],
    [{ tokens: 250 }, '360 tokens were used, and 250 may be'],
    [{ ms: 0 }, 'It took 0 minutes without an end'],
  ])('stops at %j', async (limits, reason) => {
    expect((await loop(await bench.say(many), limits)).end).toEqual({ kind: 'stopped', reason });
  });

  it('gives each call an answer, also where a model gives all of them one id', async () => {
    const calls = ['a', 'b'].map((text) => ({
      id: 'same',
      type: 'function',
      function: { name: 'echo', arguments: JSON.stringify({ text }) },
    }));
    const { end, session } = await loop(await bench.say([{ content: '', tool_calls: calls }, { content: 'Done.' }]));
    expect(end).toEqual({ kind: 'done', text: 'Done.' });
    const answers = session.messages.flatMap((message) => (message.role === 'tool' ? [message] : []));
    expect(answers.map(({ content }) => content)).toEqual(['a', 'b']);
    expect(new Set(answers.map((answer) => answer.tool_call_id))).toHaveProperty('size', 2);
  });

  it('leaves out the oldest of a conversation that has become too long', async () => {
    const sizes: number[] = [];
    const heard: string[] = [];
    const address = await bench.say(many, ({ messages }) => {
      sizes.push(JSON.stringify(messages).length);
      heard.push(messages.map(({ content }) => content).join('\n'));
    });
    expect((await loop(address, { characters: 8000 })).end).toEqual({ kind: 'done', text: '{"ended": true}' });
    expect(Math.max(...sizes)).toBeLessThan(10_000);
    expect(heard.at(-1)).toContain('(left out, as the conversation has become long)');
    expect(heard.at(-1)).toContain('8 xxx');
  });
});

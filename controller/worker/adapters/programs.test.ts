import { describe, expect, it } from 'vitest';
import { CLAIM } from '../testing/a-claim.ts';
import { adapterOf } from './index.ts';

const ENV = {
  AGENT_INSTRUCTIONS: 'You are careful.',
  AGENT_PERSONA: 'Be dry.',
  AGENT_TASK_MCP: 'http://127.0.0.1:5000/x/mcp',
  HOME: '/home/agent',
  LLM_MODEL: 'fast,strong',
  OPENAI_API_KEY: 'sk-secret',
  OPENAI_BASE_URL: 'http://gateway:8000/v1',
};
const PROMPT = 'Be dry.\n\nYou are careful.\n\n# Fix the build\n\n{"branch":"main"}\n';
const USED = { inputTokens: 100, outputTokens: 20, cost: 0 };

/** What each program printed when the model had said `{"ok": true}`, cut to what counts. */
const PRINTED = {
  codex: [
    { type: 'thread.started', thread_id: 't-1' },
    { type: 'item.completed', item: { id: 'item_0', type: 'error', message: 'Model metadata not found' } },
    { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: '{"ok": true}' } },
    { type: 'turn.completed', usage: { input_tokens: 100, cached_input_tokens: 0, output_tokens: 20, reasoning_output_tokens: 0 } },
  ],
  opencode: [
    { type: 'step_start', sessionID: 't-1', part: { type: 'step-start' } },
    { type: 'text', sessionID: 't-1', part: { type: 'text', text: '{"ok": true}' } },
    {
      type: 'step_finish',
      sessionID: 't-1',
      part: { reason: 'stop', tokens: { input: 100, output: 20, reasoning: 0, cache: { write: 0, read: 0 } }, cost: 0 },
    },
  ],
  'gemini-cli': [
    { session_id: 't-1', response: '{"ok": true}', stats: { models: { fast: { tokens: { prompt: 100, candidates: 20, thoughts: 0 } } } } },
  ],
  droid: [{ type: 'result', is_error: false, result: '{"ok": true}', session_id: 't-1', usage: { input_tokens: 100, output_tokens: 20 } }],
};
const LAST_WORDS = { codex: 'turn.completed', opencode: 'step_finish', 'gemini-cli': 'response', droid: 'result' };

function print(events: readonly object[]): string {
  return `A note\n${events.map((event) => JSON.stringify(event)).join('\n')}\n`;
}

describe.each(Object.keys(PRINTED) as (keyof typeof PRINTED)[])('the adapter of %s', (name) => {
  const adapter = adapterOf(name);

  it('gives the program its task, its voice and its instructions', () => {
    expect(adapter.call([name], CLAIM, ENV).input).toBe(PROMPT);
  });

  it('names model, gateway and tools, and puts the key into no argument', () => {
    const { argv, env, files } = adapter.call([name], CLAIM, ENV);
    const told = JSON.stringify({ argv, env, files });
    for (const text of ['fast', 'http://127.0.0.1:5000/x/mcp']) expect(told).toContain(text);
    expect(JSON.stringify({ argv, env })).not.toContain('sk-secret');
    expect(Object.keys(files ?? {}).every((path) => path.startsWith('/home/agent/.fleetwright/'))).toBe(true);
  });

  it('names no model where there is none', () => {
    expect(adapter.call([name], CLAIM, {}).argv.join(' ')).not.toMatch(/--model|custom:|undefined/);
  });

  it('reads result, session and usage', () => {
    const session = name === 'droid' ? {} : { session: 't-1' };
    expect(adapter.read(print(PRINTED[name]), ENV)).toEqual({
      ...session,
      usage: [{ model: 'fast', ...USED }],
      result: { value: { ok: true } },
    });
  });

  it('takes nothing for a result when the program was cut off', () => {
    const cut = print(PRINTED[name]).replace(new RegExp(`\\n[^\\n]*${LAST_WORDS[name]}[^\\n]*\\n$`), '\n');
    expect(adapter.read(cut, ENV)).not.toHaveProperty('result');
    expect(adapter.read('', ENV)).not.toHaveProperty('result');
  });

  it('bears what is no answer at all', () => {
    for (const output of ['{}', '[]', '{"type":"text"}', '{"usage":7,"stats":[],"result":1}', '{"type":"turn.completed","usage":null}']) {
      expect(adapter.read(output, {})).not.toHaveProperty('result');
    }
  });
});

describe('the adapter of droid', () => {
  it('takes no error for a result', () => {
    const [event] = PRINTED.droid;
    expect(adapterOf('droid').read(print([{ ...event, is_error: true }]), ENV)).not.toHaveProperty('result');
  });
});

describe.each([
  ['codex', ['resume', 't-1', '-']],
  ['opencode', ['--session', 't-1']],
  ['gemini-cli', ['--resume', 't-1']],
] as const)('a session of %s', (name, words) => {
  it('is gone on with', () => {
    const { argv } = adapterOf(name).call([name], { ...CLAIM, session: 't-1' }, ENV);
    const at = argv.indexOf(words[0]);
    expect(argv.slice(at, at + words.length)).toEqual(words);
  });
});

describe('the adapter of goose', () => {
  const adapter = adapterOf('goose');

  it('speaks with the gateway', () => {
    expect(adapter.call(['goose'], CLAIM, ENV).env).toEqual({
      GOOSE_MODE: 'auto',
      GOOSE_MODEL: 'fast',
      OPENAI_HOST: 'http://gateway:8000',
    });
  });

  it('takes the last words for the result', () => {
    const content = [{ type: 'thinking' }, null, { type: 'text', text: '{"ok": true}' }];
    const messages = [{ role: 'user', content: [{ text: 'no' }] }, null, { role: 'assistant', content }];
    expect(adapter.read(JSON.stringify({ messages }), {})).toEqual({ result: { value: { ok: true } } });
    expect(adapter.read('{"messages": 7}', {})).toEqual({});
  });
});

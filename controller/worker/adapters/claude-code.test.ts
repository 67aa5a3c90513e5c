import { describe, expect, it } from 'vitest';
import type { Claim } from '../../contract/wire/index.ts';
import { CLAIM, ID } from '../testing/a-claim.ts';
import { adapterOf } from './index.ts';

/** The form of the answer that the documentation of the program shows. */
const RESULT = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'Done.',
  session_id: 's-1',
  total_cost_usd: 0.0125,
  modelUsage: {
    'claude-haiku-4-5': { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 100, cacheCreationInputTokens: 20, costUSD: 0.0125 },
  },
};

describe('the adapter of Claude Code', () => {
  const adapter = adapterOf('claude-code');
  const read = (printed: unknown) => adapter.read(`A note.\n${JSON.stringify(printed)}\n`, {});

  it('starts it for one task', () => {
    expect(adapter.call(['claude'], CLAIM, { AGENT_INSTRUCTIONS: 'You are careful.', LLM_MODEL: 'fast,strong' })).toEqual({
      argv: ['claude', '--print', '--output-format', 'json', '--permission-mode', 'bypassPermissions', '--model', 'fast'],
      input: 'You are careful.\n\n# Fix the build\n\n{"branch":"main"}\n',
    });
  });

  it('gives it its tools, its voice and its session', () => {
    const env = {
      MCP_SERVERS: 'http://fetch.acme.svc.cluster.local:8080/mcp,http://localhost:9001/mcp',
      AGENT_PERSONA: 'Be dry.',
      AGENT_TASK_MCP: 'http://127.0.0.1:5000/x/mcp',
    };
    const { argv } = adapter.call(['claude'], { ...CLAIM, session: 's-1' }, env);
    const after = (flag: string) => argv[argv.indexOf(flag) + 1] ?? '';
    expect(JSON.parse(after('--mcp-config'))).toEqual({
      mcpServers: {
        fetch: { type: 'http', url: 'http://fetch.acme.svc.cluster.local:8080/mcp' },
        'tool-9001': { type: 'http', url: 'http://localhost:9001/mcp' },
        fleetwright: { type: 'http', url: 'http://127.0.0.1:5000/x/mcp' },
      },
    });
    expect([after('--append-system-prompt'), after('--resume')]).toEqual(['Be dry.', 's-1']);
  });

  it('tells it what it works for, and what came of other tasks and of its questions', () => {
    const claim: Claim = {
      ...CLAIM,
      input: null,
      project: { name: 'shop', title: 'The shop', data: { branch: 'main' } },
      needs: [{ task: ID, as: 'plan', state: 'succeeded', result: [1] }],
      answers: [{ question: ID, key: 'colour', state: 'answered', answer: 'blue' }],
      signal: { key: 'merged', data: true },
    };
    expect(adapter.call(['claude'], claim, {}).input).toBe(
      `# Fix the build\n\n## The project\n\n${JSON.stringify(claim.project)}\n\n## Results of the tasks before\n\n${JSON.stringify(claim.needs)}\n\n## Answers to your questions\n\n${JSON.stringify(claim.answers)}\n\n` +
        '## What you waited for\n\n{"key":"merged","data":true}\n',
    );
  });

  it('reads result, session and usage', () => {
    const usage = [{ model: 'claude-haiku-4-5', inputTokens: 130, outputTokens: 5, cost: 12_500 }];
    expect(read(RESULT)).toEqual({ result: { value: 'Done.' }, session: 's-1', usage });
    expect(read({ ...RESULT, result: 'Done:\n{"ok": true}' })).toMatchObject({ result: { value: { ok: true } } });
    expect(read({ ...RESULT, is_error: true })).toEqual({ session: 's-1', usage });
    const lies = {
      session_id: '',
      modelUsage: { 'claude-haiku-4-5': { inputTokens: -1, outputTokens: 'many', costUSD: 'much' }, '': null },
    };
    expect(read({ ...RESULT, ...lies })).toEqual({
      result: { value: 'Done.' },
      usage: [{ model: 'claude-haiku-4-5', inputTokens: 0, outputTokens: 0, cost: 0 }],
    });
    expect(read({ any: 'thing' })).toEqual({ result: { value: { any: 'thing' } } });
  });
});

import type { Adapter } from './adapter.ts';
import { partOf, readJsonLines } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { mcpServers, primaryModel } from './surroundings.ts';
import { sessionOf, usageOf } from './usage.ts';

/**
 * OpenCode, run once per task. It may do all that its container may.
 *
 * @see https://opencode.ai/docs/cli
 */
export const opencode: Adapter = {
  call(program, claim, env) {
    const model = primaryModel(env);
    const argv = [...program, 'run', '--format', 'json'];
    if (model !== undefined) argv.push('--model', `gateway/${model}`);
    if (claim.session !== undefined) argv.push('--session', claim.session);
    const servers = Object.entries(mcpServers(env)).map(([name, url]) => [name, { type: 'remote', url, enabled: true }] as const);
    const gateway = {
      npm: '@ai-sdk/openai-compatible',
      // The key stays a name: the configuration is seen by whoever lists processes.
      options: { baseURL: env['OPENAI_BASE_URL'], apiKey: '{env:OPENAI_API_KEY}' },
      models: { [model ?? '']: {} },
    };
    const config = {
      autoupdate: false,
      share: 'disabled',
      permission: 'allow',
      mcp: Object.fromEntries(servers),
      ...(model === undefined ? {} : { provider: { gateway } }),
    };
    const input = promptOf(claim, env['AGENT_PERSONA'], env['AGENT_INSTRUCTIONS']);
    return { argv, input, env: { OPENCODE_CONFIG_CONTENT: JSON.stringify(config) } };
  },
  read(output, env) {
    const events = readJsonLines(output);
    const [first] = events;
    const words = events.findLast(({ type }) => type === 'text');
    const steps = events.filter(({ type }) => type === 'step_finish').map((event) => partOf(event, 'part'));
    const tokens = steps.map((step) => partOf(step, 'tokens'));
    const input = tokens.flatMap((used) => [used['input'], partOf(used, 'cache')['read'], partOf(used, 'cache')['write']]);
    const out = tokens.flatMap((used) => [used['output'], used['reasoning']]);
    const dollars = steps.reduce((sum, { cost }) => sum + (typeof cost === 'number' ? cost : 0), 0);
    const text = partOf(words, 'part')['text'];
    const isDone = steps.at(-1)?.['reason'] === 'stop' && typeof text === 'string';
    return {
      ...sessionOf(first?.['sessionID']),
      ...(steps.length === 0 ? {} : { usage: usageOf(primaryModel(env) ?? 'opencode', { input, output: out }, dollars) }),
      ...(isDone ? { result: resultOf(text) } : {}),
    };
  },
};

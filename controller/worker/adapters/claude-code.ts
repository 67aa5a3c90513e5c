import type { Usage } from '../../contract/wire/index.ts';
import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import { partOf, type PrintedEvent } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { mcpServers, primaryModel } from './surroundings.ts';
import { sessionOf, usageOf } from './usage.ts';

/**
 * Claude Code, run once per task without anybody at a terminal. It may do all that its container may: what it must not do, the container and
 * the network keep it from.
 *
 * @see https://docs.claude.com/en/docs/claude-code/headless
 */
export const claudeCode: Adapter = {
  call(program, claim, env) {
    const servers = Object.entries(mcpServers(env)).map(([name, url]) => [name, { type: 'http', url }] as const);
    const argv = [...program, '--print', '--output-format', 'json', '--permission-mode', 'bypassPermissions'];
    const model = primaryModel(env);
    if (model !== undefined) argv.push('--model', model);
    if (servers.length > 0) argv.push('--mcp-config', JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
    if (env['AGENT_PERSONA']) argv.push('--append-system-prompt', env['AGENT_PERSONA']);
    if (claim.session !== undefined) argv.push('--resume', claim.session);
    return { argv, input: promptOf(claim, env['AGENT_INSTRUCTIONS']) };
  },
  read(output) {
    const json = findLastJson(output);
    if (json === undefined) return {};
    const said = json.value as PrintedEvent;
    if (said['type'] !== 'result') return { result: json };
    const about = { ...sessionOf(said['session_id']), usage: usageOfModels(partOf(said, 'modelUsage')) };
    // An error is no result: another attempt may have more luck.
    if (said['is_error'] === true || typeof said['result'] !== 'string') return about;
    return { ...about, result: resultOf(said['result']) };
  },
};

function usageOfModels(models: PrintedEvent): Usage[] {
  return Object.keys(models)
    .flatMap((model) => {
      const used = partOf(models, model);
      const input = [used['inputTokens'], used['cacheReadInputTokens'], used['cacheCreationInputTokens']];
      return usageOf(model, { input, output: [used['outputTokens']] }, used['costUSD']);
    })
    .slice(0, 64);
}

import type { Adapter } from './adapter.ts';
import { partOf, readJsonLines } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { mcpServers, primaryModel } from './surroundings.ts';
import { sessionOf, usageOf } from './usage.ts';

/**
 * Codex, run once per task. Its own sandbox is off, as it needs rights that containers do not have. A session that is gone on with counts its
 * tokens from its beginning.
 *
 * @see https://developers.openai.com/codex/noninteractive
 */
export const codex: Adapter = {
  call(program, claim, env) {
    const argv = [...program, 'exec', '--json', '--skip-git-repo-check', '--sandbox', 'danger-full-access'];
    const url = env['OPENAI_BASE_URL'];
    const gateway = { name: 'gateway', base_url: url ?? '', env_key: 'OPENAI_API_KEY', wire_api: 'responses' };
    if (url !== undefined) argv.push('-c', `model_providers.gateway=${toToml(gateway)}`, '-c', 'model_provider="gateway"');
    const model = primaryModel(env);
    if (model !== undefined) argv.push('--model', model);
    for (const [name, server] of Object.entries(mcpServers(env))) argv.push('-c', `mcp_servers.${name}.url=${JSON.stringify(server)}`);
    if (claim.session !== undefined) argv.push('resume', claim.session);
    return { argv: [...argv, '-'], input: promptOf(claim, env['AGENT_PERSONA'], env['AGENT_INSTRUCTIONS']) };
  },
  read(output, env) {
    const events = readJsonLines(output);
    const thread = events.find(({ type }) => type === 'thread.started');
    const words = events.map((event) => partOf(event, 'item')).findLast(({ type }) => type === 'agent_message')?.['text'];
    const turn = events.findLast(({ type }) => type === 'turn.completed');
    if (turn === undefined) return sessionOf(thread?.['thread_id']);
    const { input_tokens: input, output_tokens: out } = partOf(turn, 'usage');
    const usage = usageOf(primaryModel(env) ?? 'codex', { input: [input], output: [out] });
    return { ...sessionOf(thread?.['thread_id']), usage, ...(typeof words === 'string' ? { result: resultOf(words) } : {}) };
  },
};

/** An inline table of texts. JSON's texts are TOML's too. @see https://toml.io/en/v1.0.0#inline-table */
function toToml(table: Readonly<Record<string, string>>): string {
  return `{${Object.entries(table)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}}`;
}

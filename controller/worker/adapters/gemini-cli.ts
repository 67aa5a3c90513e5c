import type { Usage } from '../../contract/wire/index.ts';
import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import { partOf, type PrintedEvent } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { homeOf, mcpServers, primaryModel } from './surroundings.ts';
import { sessionOf, usageOf } from './usage.ts';

/**
 * Gemini CLI, run once per task. It may do all that its container may.
 *
 * @see https://geminicli.com/docs/cli/headless
 */
export const geminiCli: Adapter = {
  call(program, claim, env) {
    const argv = [...program, '--output-format', 'json', '--approval-mode', 'yolo', '--skip-trust'];
    const model = primaryModel(env);
    if (model !== undefined) argv.push('--model', model);
    if (claim.session !== undefined) argv.push('--resume', claim.session);
    const servers = Object.entries(mcpServers(env)).map(([name, httpUrl]) => [name, { httpUrl, trust: true }] as const);
    const settings = {
      general: { disableAutoUpdate: true },
      mcpServers: Object.fromEntries(servers),
      privacy: { usageStatisticsEnabled: false },
      // With an address of its own for the API it would else look for a way to sign in that it does not have.
      security: { auth: { selectedType: 'gemini-api-key' } },
    };
    const home = homeOf('gemini-cli', env);
    return {
      argv,
      input: promptOf(claim, env['AGENT_PERSONA'], env['AGENT_INSTRUCTIONS']),
      env: { GEMINI_CLI_HOME: home },
      files: { [`${home}/.gemini/settings.json`]: JSON.stringify(settings) },
    };
  },
  read(output) {
    const json = findLastJson(output);
    if (json === undefined) return {};
    const said = json.value as PrintedEvent;
    const usage = usageOfModels(partOf(partOf(said, 'stats'), 'models'));
    return {
      ...sessionOf(said['session_id']),
      usage,
      ...(typeof said['response'] === 'string' ? { result: resultOf(said['response']) } : {}),
    };
  },
};

function usageOfModels(models: PrintedEvent): Usage[] {
  return Object.keys(models)
    .flatMap((model) => {
      const tokens = partOf(partOf(models, model), 'tokens');
      return usageOf(model, { input: [tokens['prompt']], output: [tokens['candidates'], tokens['thoughts']] });
    })
    .slice(0, 64);
}

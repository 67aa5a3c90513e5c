import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import { partOf, type PrintedEvent } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { homeOf, mcpServers, primaryModel } from './surroundings.ts';
import { usageOf } from './usage.ts';

/**
 * Droid, run once per task with models of the gateway, away from the vendor's own service. It may do all that its container may. Each task is a
 * session of its own.
 *
 * @see https://docs.factory.ai/cli/droid-exec/overview
 */
export const droid: Adapter = {
  call(program, claim, env) {
    const argv = [...program, 'exec', '--output-format', 'json', '--skip-permissions-unsafe'];
    const model = primaryModel(env);
    if (model !== undefined) argv.push('--model', `custom:${model}`);
    const gateway = {
      model,
      displayName: model,
      baseUrl: env['OPENAI_BASE_URL'],
      apiKey: env['OPENAI_API_KEY'],
      provider: 'generic-chat-completion-api',
    };
    const servers = Object.entries(mcpServers(env)).map(([name, url]) => [name, { type: 'http', url }] as const);
    const home = homeOf('droid', env);
    const settings = `${home}/settings.json`;
    return {
      argv,
      input: promptOf(claim, env['AGENT_PERSONA'], env['AGENT_INSTRUCTIONS']),
      // The vendor's key is asked for, and not used.
      env: {
        FACTORY_AIRGAP_ENABLED: 'true',
        FACTORY_API_KEY: 'none',
        FACTORY_HOME_OVERRIDE: home,
        FACTORY_RUNTIME_SETTINGS_PATH: settings,
      },
      files: {
        [settings]: JSON.stringify(model === undefined ? {} : { customModels: [gateway] }),
        [`${home}/.factory/mcp.json`]: JSON.stringify({ mcpServers: Object.fromEntries(servers) }),
      },
    };
  },
  read(output, env) {
    const json = findLastJson(output);
    if (json === undefined) return {};
    const said = json.value as PrintedEvent;
    const used = partOf(said, 'usage');
    const input = [used['input_tokens'], used['cache_read_input_tokens'], used['cache_creation_input_tokens']];
    const usage = usageOf(primaryModel(env) ?? 'droid', { input, output: [used['output_tokens']] });
    const isDone = said['is_error'] !== true && typeof said['result'] === 'string';
    return { usage, ...(isDone ? { result: resultOf(String(said['result'])) } : {}) };
  },
};

import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import type { PrintedEvent } from './json-lines.ts';
import { promptOf, resultOf } from './prompt.ts';
import { mcpServers, primaryModel } from './surroundings.ts';

/**
 * Goose, run once per task, as its documentation says; no registry serves the program, so this was never seen to work. It tells no tokens.
 *
 * @see https://block.github.io/goose/docs/guides/goose-cli-commands
 */
export const goose: Adapter = {
  call(program, claim, env) {
    const argv = [...program, 'run', '--instructions', '-', '--no-session', '--quiet', '--output-format', 'json'];
    for (const url of Object.values(mcpServers(env))) argv.push('--with-streamable-http-extension', url);
    if (env['AGENT_PERSONA']) argv.push('--system', env['AGENT_PERSONA']);
    const model = primaryModel(env);
    const host = env['OPENAI_BASE_URL']?.replace(/\/v1$/, '');
    return {
      argv,
      input: promptOf(claim, env['AGENT_INSTRUCTIONS']),
      env: {
        GOOSE_MODE: 'auto',
        ...(model === undefined ? {} : { GOOSE_MODEL: model }),
        ...(host === undefined ? {} : { OPENAI_HOST: host }),
      },
    };
  },
  read(output) {
    const said = findLastJson(output)?.value as PrintedEvent | undefined;
    const messages = (Array.isArray(said?.['messages']) ? said['messages'] : []) as readonly (PrintedEvent | null)[];
    const last = messages.findLast((message) => message?.['role'] === 'assistant');
    const words = (Array.isArray(last?.['content']) ? last['content'] : []) as readonly (PrintedEvent | null)[];
    const text = words.map((word) => word?.['text']).findLast((each) => typeof each === 'string');
    return text === undefined ? {} : { result: resultOf(text) };
  },
};

import type { Claim, Usage } from '../contract/wire/index.ts';
import type { Said } from './outcome.ts';
import { findLastJson, type Found } from './result.ts';

/** How a program is told its task, and how it tells its result. */
export interface Adapter {
  /** What the program is called with, and what it reads as standard input. */
  readonly call: (
    program: readonly string[],
    claim: Claim,
    env: NodeJS.ProcessEnv,
  ) => { readonly argv: readonly string[]; readonly input: string };

  /** What the JSON that it printed last says. */
  readonly read: (json: Found) => Said;
}

/** Programs that follow the contract by themselves: the input comes as standard input, a text as it is and all else as JSON. */
const shell: Adapter = {
  call: (program, { input }) => ({ argv: program, input: textOf(input) }),
  read: (json) => ({ result: json }),
};

/** Claude Code, run once per task without anybody at a terminal. @see https://docs.claude.com/en/docs/claude-code/headless */
const claudeCode: Adapter = {
  call(program, claim, env) {
    const urls = (env['MCP_SERVERS'] ?? '').split(',').filter((url) => URL.canParse(url));
    const tools = Object.fromEntries(urls.map((url) => [toolName(url), { type: 'http', url }]));
    const names = Object.keys(tools);
    const argv = [...program, '--print', '--output-format', 'json'];
    if (names.length > 0)
      argv.push('--mcp-config', JSON.stringify({ mcpServers: tools }), '--allowedTools', names.map((name) => `mcp__${name}`).join(','));
    if (env['AGENT_PERSONA']) argv.push('--append-system-prompt', env['AGENT_PERSONA']);
    if (claim.session !== undefined) argv.push('--resume', claim.session);
    return { argv, input: promptOf(claim, env['AGENT_INSTRUCTIONS'] ?? '') };
  },
  read(json) {
    const said = json.value as ClaudeResult;
    if (said.type !== 'result') return { result: json };
    const { session_id: session, result } = said;
    const about = { ...(isShort(session) ? { session } : {}), usage: usageOf(said) };
    // An error is no result: another attempt may have more luck.
    if (said.is_error === true || typeof result !== 'string') return about;
    return { ...about, result: findLastJson(result) ?? { value: result } };
  },
};

/** The adapters by the names that runtimes give them. */
const ADAPTERS = new Map([
  ['shell', shell],
  ['claude-code', claudeCode],
]);

/** The adapter of this name. @throws Error if there is none */
export function adapterOf(name: string): Adapter {
  const adapter = ADAPTERS.get(name);
  if (adapter === undefined) throw new Error(`There is no adapter '${name}'; there are ${[...ADAPTERS.keys()].join(', ')}`);
  return adapter;
}

interface ClaudeResult {
  readonly type?: unknown;
  readonly is_error?: unknown;
  readonly result?: unknown;
  readonly session_id?: unknown;
  readonly modelUsage?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
}

/** What cannot be true is left out: a report with it would be refused, and the result with it. */
function usageOf({ modelUsage }: ClaudeResult): Usage[] {
  const models = Object.entries(modelUsage ?? {}).filter(([model]) => isShort(model));
  return models.slice(0, 64).map(([model, used]) => ({
    model,
    inputTokens: count(used?.['inputTokens']) + count(used?.['cacheReadInputTokens']) + count(used?.['cacheCreationInputTokens']),
    outputTokens: count(used?.['outputTokens']),
    cost: count(Number(used?.['costUSD']) * 1e6),
  }));
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= 256;
}

function count(number: unknown): number {
  return typeof number === 'number' && number >= 0 && number <= 1e12 ? Math.round(number) : 0;
}

/** A tool of its own pods has their service's name; sidecars differ by their port. */
function toolName(url: string): string {
  const { hostname, port } = new URL(url);
  return hostname === 'localhost' || hostname === '127.0.0.1' ? `tool-${port}` : (hostname.split('.')[0] ?? hostname);
}

/** All that a model has to know about a task, as text. */
function promptOf({ title, input, needs, answers, signal }: Claim, instructions: string): string {
  const parts = [instructions, `# ${title}`, input === undefined || input === null ? '' : textOf(input)];
  if (needs.length > 0) parts.push(`## Results of the tasks before\n\n${textOf(needs)}`);
  if (answers.length > 0) parts.push(`## Answers to your questions\n\n${textOf(answers)}`);
  if (signal !== undefined) parts.push(`## What you waited for\n\n${textOf(signal)}`);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Variables by which egress is routed. */
const PROXY = new Set(['ALL_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY', 'NODE_USE_ENV_PROXY', 'NO_PROXY']);

/** Variables of the contract between an agent and what runs it, besides those of egress and those that begin with `AGENT_`. */
const CONTRACT = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_BASE_URL',
  'GEMINI_API_KEY',
  'GOOGLE_GEMINI_BASE_URL',
  'HOME',
  'LLM_MODEL',
  'MCP_SERVERS',
  'MODEL_API_KEY',
  'MODEL_ENDPOINT',
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
]);

/** Whether a container may have an environment variable of this name. */
export function isEnvName(name: string): boolean {
  return ENV_NAME.test(name);
}

/** Whether egress is routed by the variable of this name, in either case. */
export function isProxyEnvName(name: string): boolean {
  return PROXY.has(name.toUpperCase());
}

/** Whether the contract sets the variable of this name, or would be confused by one that differs in case only. */
export function isReservedEnvName(name: string): boolean {
  return name.startsWith('AGENT_') || CONTRACT.has(name.toUpperCase()) || isProxyEnvName(name);
}

/** An id as an environment variable name: `git-token` → `GIT_TOKEN`. */
export function toEnvName(id: string): string {
  return id.replaceAll('-', '_').toUpperCase();
}

/** The variable that tells an agent where the broker of this id is: `github` → `GITHUB_URL`. */
export function brokerEnvName(id: string): string {
  return `${toEnvName(id)}_URL`;
}

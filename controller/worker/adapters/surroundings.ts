/** The MCP servers of the agent's tools and of the controller, by names that programs may use. */
export function mcpServers(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const urls = (env['MCP_SERVERS'] ?? '').split(',').filter((url) => URL.canParse(url));
  const own = env['AGENT_TASK_MCP'];
  return { ...Object.fromEntries(urls.map((url) => [toolName(url), url])), ...(own === undefined ? {} : { fleetwright: own }) };
}

/** A tool of its own pods has their service's name; sidecars differ by their port. */
function toolName(url: string): string {
  const { hostname, port } = new URL(url);
  return hostname === 'localhost' || hostname === '127.0.0.1' ? `tool-${port}` : (hostname.split('.')[0] ?? hostname);
}

/** The agent's primary model, as the gateway calls it; `undefined` for one without models. */
export function primaryModel(env: NodeJS.ProcessEnv): string | undefined {
  const [first] = (env['LLM_MODEL'] ?? '').split(',');
  return first === '' ? undefined : first;
}

/** A folder of the agent's home for what a program keeps between tasks, apart from what people keep there. */
export function homeOf(name: string, env: NodeJS.ProcessEnv): string {
  return `${env['HOME'] ?? '/home/agent'}/.fleetwright/${name}`;
}

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Address, close } from './address.ts';
import { serveMcpFront } from './mcp-front.ts';

/** How long the server may take to say that it is there, in milliseconds: a package may have to be fetched first. */
const START_MS = 120_000;

/** What to serve, and where. */
export interface BridgeOptions {
  readonly address: Address;
  /** The tools that may be called; `undefined` for all. */
  readonly allow: readonly string[] | undefined;
  /** The MCP server's program and its arguments. */
  readonly program: readonly string[];
}

/**
 * Starts a program that speaks MCP over standard input and output, and serves its tools by HTTP until it is told to end. The program gets the
 * whole environment, which is the tool's own.
 *
 * @param draining aborted when it is to end
 * @returns 0 if it was told to end, 1 if the program has ended by itself: whoever restarts it starts both
 * @throws Error if the program cannot be started, or does not speak MCP
 */
export async function bridge({ address, allow, program: [command = '', ...args] }: BridgeOptions, draining: AbortSignal): Promise<number> {
  const gone = Promise.withResolvers<number>();
  const client = new Client({ name: 'fleetwright-worker', version: '1' });
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it has no other way
  client.onclose = () => gone.resolve(1);
  await connect(client, command, args);
  const server = await serveMcpFront({ address, allow, ask: async (question) => question(client) });
  draining.addEventListener('abort', () => gone.resolve(0), { once: true });
  if (draining.aborted) gone.resolve(0);
  const code = await gone.promise;
  await close(server);
  await client.close();
  return code;
}

async function connect(client: Client, command: string, args: string[]): Promise<void> {
  const transport = new StdioClientTransport({ command, args, env: definedOnly(process.env), stderr: 'inherit' });
  try {
    await client.connect(transport, { timeout: START_MS });
  } catch (cause) {
    await client.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`'${command}' does not speak MCP over standard input and output: ${why}`, { cause });
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

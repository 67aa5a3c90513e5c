import { Client } from '@modelcontextprotocol/client';
import { readVersion } from '../version.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 20_000;
const MOST_TOOLS = 1000;

/** The tools of a server, or why it did not name them. */
export type ListedTools = { readonly tools: readonly Readonly<Record<string, unknown>>[] } | { readonly failure: string };

/**
 * Starts a program of Node.js as an MCP server and asks it for its tools. It gets nothing of this process's environment, no rights to
 * files outside of its folder, and may start no other program; the network is open to it. Afterwards it no longer runs.
 *
 * @param timeout milliseconds for each question; all of them together may take twice as long
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
export async function listTools(program: string, folder: string, timeout = TIMEOUT_MS): Promise<ListedTools> {
  const server = new ServerProcess(program, folder);
  try {
    return { tools: await withinTime(ask(server, timeout), 2 * timeout) };
  } catch (cause) {
    const said = server.complaint === '' ? '' : `; it said: ${server.complaint}`;
    return { failure: `${cause instanceof Error ? cause.message : String(cause)}${said}` };
  } finally {
    await server.close();
  }
}

async function ask(server: ServerProcess, timeout: number): Promise<Readonly<Record<string, unknown>>[]> {
  const client = new Client({ name: 'fleetwright', version: readVersion() });
  await client.connect(server, { timeout });
  const { tools } = await client.listTools(undefined, { timeout });
  if (tools.length > MOST_TOOLS) throw new Error(`it has more than ${MOST_TOOLS} tools`);
  return tools;
}

/** A server may answer each question in time, and never come to an end of its tools. */
async function withinTime<T>(work: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not done within ${timeout / 1000} seconds`)), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

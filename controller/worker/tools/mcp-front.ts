import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Client } from '@modelcontextprotocol/client';
import { originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { type Address, listen } from './address.ts';

/** How long a call of a tool may take, in milliseconds. */
const CALL_MS = 600_000;

/** How long the server may take to name its tools, in milliseconds. */
const LIST_MS = 30_000;

/** The tools of one MCP server, served to others. */
export interface McpFrontOptions {
  readonly address: Address;
  /** The tools that may be seen and called; `undefined` for all. */
  readonly allow: readonly string[] | undefined;
  /** Asks the server behind it. */
  readonly ask: <T>(question: (server: Client) => Promise<T>) => Promise<T>;
}

/**
 * Serves the tools of an MCP server as Streamable HTTP at `/mcp`, and of these only the allowed ones. Prompts, resources and all else of the
 * server stay out of reach. Requests of web pages, which carry an `Origin`, are refused unless they come from this machine.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export async function serveMcpFront(options: McpFrontOptions): Promise<HttpServer> {
  const handle = toNodeHandler(createMcpHandler(() => makeServer(options)));
  const isAllowed = originValidation(['localhost', '127.0.0.1']);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (!isAllowed(request, response)) return;
    if (request.url?.split('?')[0] === '/mcp') void handle(request, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('The endpoint is /mcp\n');
  });
  await listen(server, options.address);
  return server;
}

/** One for each request, as the protocol knows no state. */
function makeServer({ allow, ask }: McpFrontOptions): McpServer {
  const isAllowed = (name: string) => allow === undefined || allow.includes(name);
  const front = new McpServer({ name: 'fleetwright-worker', version: '1' }, { capabilities: { tools: {} } });
  const { server } = front;
  server.setRequestHandler('tools/list', async () => {
    const { tools } = await discreetly(ask(async (behind) => behind.listTools(undefined, { timeout: LIST_MS })));
    return { tools: tools.filter(({ name }) => isAllowed(name)) };
  });
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq: { signal } }) => {
    // The same answer as for a tool that there is not.
    if (!isAllowed(params.name)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool '${params.name}'`);
    return discreetly(ask(async (behind) => behind.callTool(params, { signal, timeout: CALL_MS })));
  });
  return front;
}

/** What a server says of an error, it says to its caller; what else goes wrong between the two, headers included, is no caller's business. */
async function discreetly<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof ProtocolError) throw new ProtocolError(error.code, why);
    process.stderr.write(`The server cannot be asked: ${why}\n`);
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'The server behind this one cannot be asked');
  }
}

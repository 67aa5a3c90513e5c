import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ToolSetup } from '../setup.ts';
import { Refused, type Tool } from './tool.ts';

/** How long a server may take to answer a call, in milliseconds, and most tools of one server. */
const CALL_MS = 300_000;
const TOOLS = 200;

/** The tools of a server, and how to let go of it. */
export interface McpTools {
  readonly tools: readonly Tool[];
  readonly close: () => Promise<void>;
}

/**
 * Asks an MCP server for its tools.
 *
 * @param id the tool's name in the stack; those of its server are called `<id>__<name>`
 * @throws Error if it does not answer
 */
export async function connectTool(id: string, { endpoint, allow }: ToolSetup, signal: AbortSignal): Promise<McpTools> {
  const client = new Client({ name: 'fleetwright-agent', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(endpoint)), { signal });
    const { tools } = await client.listTools(undefined, { signal });
    // What the server offers on top of the list is not shown, and cannot be called.
    const allowed = tools.filter(({ name }) => allow === undefined || allow.includes(name)).slice(0, TOOLS);
    return { tools: allowed.map((tool) => toTool(client, id, tool)), close: async () => client.close() };
  } catch (cause) {
    await client.close();
    throw new Error(`Tool '${id}' at ${endpoint} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

interface RemoteTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: object;
}

function toTool(client: Client, id: string, { name, description = '', inputSchema }: RemoteTool): Tool {
  return {
    // Models take names of these characters.
    definition: {
      name: `${id}__${name}`.replaceAll(/[^\w-]/g, '_').slice(0, 64),
      description: description.slice(0, 4096),
      parameters: inputSchema,
    },
    // A schema of somebody else may be of any kind, and cost any time.
    checksItself: true,
    call: async (input, { signal }) => {
      const answer = await client.callTool({ name, arguments: { ...input } }, { signal, timeout: CALL_MS }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new Refused(cause instanceof Error ? cause.message : String(cause), { cause });
      });
      const text = answer.content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
      if (answer.isError === true) throw new Refused(text);
      return text;
    },
  };
}

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ToolSetup } from '../setup.ts';
import { Refused, type Tool } from './tool.ts';

/** How long a server may take to answer a call, in milliseconds, and most tools of one server. */
const CALL_MS = 300_000;
const TOOLS = 200;

/** Most bytes that a server may send during one call, or before the first one, and most characters of schemas: of one tool, and of all. */
const ANSWER_BYTES = 4 * 1024 * 1024;
const SCHEMA = { one: 32 * 1024, all: 512 * 1024 } as const;

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
  const meter = new Meter();
  try {
    const { tools } = await meter.during(signal, async (stop) => {
      await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), { fetch: meter.fetch }), { signal: stop });
      return client.listTools(undefined, { signal: stop });
    });
    // What the server offers on top of the list is not shown, and cannot be called.
    const allowed = tools.filter(({ name }) => allow === undefined || allow.includes(name)).slice(0, TOOLS);
    const ask: Ask = async (params, stop) =>
      meter.during(stop, async (either) => client.callTool(params, { signal: either, timeout: CALL_MS }));
    return { tools: withSchemas(allowed).map((tool) => toTool(ask, id, tool)), close: async () => client.close() };
  } catch (cause) {
    await client.close();
    throw new Error(`Tool '${id}' at ${endpoint} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

type Ask = (params: Parameters<Client['callTool']>[0], signal: AbortSignal) => ReturnType<Client['callTool']>;

/** Counts what a server sends, and ends what takes too much. */
class Meter {
  #left = 0;
  #stop = new AbortController();

  /** Like that of the platform, but for redirects: nobody else is spoken to. */
  readonly fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url, { ...init, redirect: 'error' });
    if (response.body === null) return response;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        this.#left -= piece.length;
        if (this.#left >= 0) return controller.enqueue(piece);
        const error = new Refused(`The server answers with more than ${ANSWER_BYTES} bytes; ask it for less`);
        controller.error(error);
        this.#stop.abort(error);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(count), { status, statusText, headers });
  };

  /** Does something for which the server may send so much. @throws Refused if it sends more */
  async during<Value>(signal: AbortSignal, use: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    this.#left = ANSWER_BYTES;
    const stop = (this.#stop = new AbortController());
    try {
      return await use(AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    }
  }
}

interface RemoteTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: object;
}

/** Models read all schemas at each turn: what is too long is left out, and the server still checks what it is given. */
function withSchemas(tools: readonly RemoteTool[]): RemoteTool[] {
  let left: number = SCHEMA.all;
  return tools.map((tool) => {
    const size = JSON.stringify(tool.inputSchema).length;
    if (size > SCHEMA.one || size > left) return { ...tool, inputSchema: { type: 'object' } };
    left -= size;
    return tool;
  });
}

function toTool(ask: Ask, id: string, { name, description = '', inputSchema }: RemoteTool): Tool {
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
      const answer = await ask({ name, arguments: { ...input } }, signal).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new Refused(cause instanceof Error ? cause.message : String(cause), { cause });
      });
      const text = answer.content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
      if (answer.isError === true) throw new Refused(text);
      return text;
    },
  };
}

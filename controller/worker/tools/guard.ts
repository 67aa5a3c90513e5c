import { once } from 'node:events';
import { Client, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Address, close } from './address.ts';
import { serveMcpFront } from './mcp-front.ts';
import { readSecret } from './secret-file.ts';

/** What stands behind a guard, and what it lets through. */
export interface GuardOptions {
  readonly address: Address;
  /** The tools that may be called; `undefined` for all. */
  readonly allow: readonly string[] | undefined;
  /** URL of the server's MCP endpoint. */
  readonly upstream: URL;
  /** Headers to add: name → file that holds the value. It is read for every request, so that a new value counts at once. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Serves the tools of an MCP server that is reached by HTTP, with headers that callers never see, until it is told to end. The variables
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say how it gets there, with `NODE_USE_ENV_PROXY=1`.
 *
 * @param draining aborted when it is to end
 */
export async function guard({ address, allow, upstream, headers }: GuardOptions, draining: AbortSignal): Promise<number> {
  const connection = new Connection(upstream, headers);
  const server = await serveMcpFront({ address, allow, ask: async (question) => connection.ask(question) });
  if (!draining.aborted) await once(draining, 'abort');
  await close(server);
  await connection.end();
  return 0;
}

/** Bytes of one answer, a stream of news included, after which the server is taken to be out of its mind. */
const LARGEST = 32 * 1024 * 1024;

function limited(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let left = LARGEST;
  return new TransformStream({
    transform(piece, out) {
      left -= piece.length;
      if (left < 0) out.error(new Error(`The answer has more than ${LARGEST} bytes`));
      else out.enqueue(piece);
    },
  });
}

/** The server may be away at the start, and may forget its callers when it is restarted. */
class Connection {
  readonly #url: URL;
  readonly #headers: ReadonlyMap<string, string>;
  #client: Promise<Client> | undefined;

  constructor(url: URL, headers: ReadonlyMap<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** A server that has forgotten its caller has done nothing of what it was asked, so it is asked again. */
  async ask<T>(question: (server: Client) => Promise<T>): Promise<T> {
    const connecting = (this.#client ??= this.#connect());
    try {
      return await question(await connecting);
    } catch (error) {
      const isForgotten = error instanceof SdkHttpError && (error.status === 400 || error.status === 404);
      const neverKnown = await connecting.then(
        () => false,
        () => true,
      );
      if (this.#client === connecting && (isForgotten || neverKnown)) this.#client = undefined;
      if (!isForgotten || neverKnown) throw error;
    }
    return question(await (this.#client ??= this.#connect()));
  }

  async end(): Promise<void> {
    await (await this.#client?.catch(() => undefined))?.close();
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: 'fleetwright-worker', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(this.#url, { fetch: async (url, init) => this.#fetch(url, init) }));
    return client;
  }

  async #fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, file] of this.#headers) headers.set(name, readSecret(file));
    // What a redirect leads to has no claim on the headers.
    const answer = await fetch(url, { ...init, headers, redirect: 'error' });
    return new Response(answer.body === null ? null : answer.body.pipeThrough(limited()), answer);
  }
}

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { request as requestTls } from 'node:https';

/** Longest request to a model that is taken, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Headers that belong to one connection, or to whom was asked. */
const OWN_HEADERS = new Set(['authorization', 'connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding', 'x-api-key']);

/** Where a request is sent on to. */
export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent in place of the body. */
  readonly body?: Buffer;
}

/** What the gateway serves. Each throws an error that says why it cannot. */
export interface Services {
  /** Where a tool is; waits until it is ready. */
  readonly tool: (id: string) => Promise<URL>;
  /** Who answers for a model. @param path what follows the agent's address, such as `/v1/chat/completions` */
  readonly model: (agent: string, path: string, body: Buffer) => Target;
}

/**
 * Stands where a cluster has model gateways and the addresses of tools. It listens to this machine only, and its address holds a secret: whoever
 * was not told it gets nothing, be it another user of the machine or a page in a browser.
 */
export class Gateway {
  readonly #server: Server;
  readonly #secret = randomBytes(18).toString('base64url');

  /** What it serves; nothing at first. */
  services: Services | undefined;

  /** Begins to listen, on a free port. */
  static async open(): Promise<Gateway> {
    const gateway = new Gateway();
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once('error', reject);
      gateway.#server.listen(0, '127.0.0.1', resolve);
    });
    return gateway;
  }

  private constructor() {
    this.#server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch((error: unknown) => refuse(response, 502, error));
    });
    // A model may think for long.
    this.#server.requestTimeout = 0;
  }

  /** Base URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.#secret}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://gateway');
    const [, secret, kind, ...names] = pathname.split('/');
    if (secret !== this.#secret || this.services === undefined) return refuse(response, 404, 'There is nothing here');
    if (kind === 'tools') {
      const url = await this.services.tool(names.slice(0, -1).join('/'));
      return sendOn({ url, headers: {} }, incoming, response);
    }
    if (kind !== 'models') return refuse(response, 404, 'There is nothing here');
    const body = await readBody(incoming);
    const [org = '', agent = '', ...path] = names;
    const target = this.services.model(`${org}/${agent}`, `/${path.join('/')}${search}`, body);
    return sendOn({ body, ...target }, incoming, response);
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BYTES) throw new Error(`The request has more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function sendOn({ url, headers, body }: Target, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const kept = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !OWN_HEADERS.has(name)));
  const sent = (url.protocol === 'https:' ? requestTls : request)(url, { method: incoming.method, headers: { ...kept, ...headers } });
  response.once('close', () => sent.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  if (body === undefined) await Promise.all([answered, pipeline(incoming, sent)]);
  else sent.end(body);
  const answer = await answered;
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

/** In the form in which clients of models and of tools find a message. */
function refuse(response: ServerResponse, status: number, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: status, message } }));
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LIMITS, Refusal } from '../contract/wire/index.ts';

/** Does what the agent asks for. What it gives back is the answer. */
export type Handler = (body: unknown) => Promise<unknown>;

/**
 * Serves the agent's `task` command at a socket in the folder of the attempt. The proof of holding the task and the worker's token stay here: the
 * agent can speak about this one attempt, and about nothing when it is over.
 *
 * @returns closes the server
 */
export async function serveTask(socket: string, handlers: Readonly<Record<string, Handler>>): Promise<() => void> {
  const server = createServer((request, response) => {
    void handle(request, response, handlers);
  });
  await listen(server, socket);
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function listen(server: Server, socket: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, handlers: Readonly<Record<string, Handler>>): Promise<void> {
  const { status, body } = await answer(request, handlers);
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, handlers: Readonly<Record<string, Handler>>): Promise<Answer> {
  const name = (request.url ?? '').slice(1);
  const handler = request.method === 'POST' && Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined)
    return { status: 404, body: { detail: `There is no such call; there are ${Object.keys(handlers).join(', ')}` } };
  try {
    return { status: 200, body: (await handler(await readBody(request))) ?? {} };
  } catch (error) {
    if (error instanceof Refusal) return { status: 422, body: { code: error.code, detail: error.message } };
    return { status: 400, body: { detail: error instanceof Error ? error.message : String(error) } };
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    // Read to the end all the same, or the caller would never come to read the answer.
    if (size <= 2 * LIMITS.resultBytes) pieces.push(piece);
  }
  if (size > 2 * LIMITS.resultBytes) throw new Refusal('FW_TOO_LARGE', `The message has ${size} bytes; send a reference instead`);
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}

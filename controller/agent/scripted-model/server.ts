import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Message } from '../model/message.ts';
import type { Played, Player } from './play.ts';

/** Most bytes of a request. */
const REQUEST_BYTES = 16 * 1024 * 1024;

/** What every answer says of itself. */
const HEADERS = { 'x-fleetwright-scripted': 'true' } as const;
const MODEL = 'scripted';

/** Characters of a piece of a stream. */
const PIECE = 200;

const Text = Type.Union([Type.String(), Type.Null()]);
const RequestSchema = Type.Object({
  messages: Type.Array(
    Type.Object({
      role: Type.Enum(['system', 'user', 'assistant', 'tool']),
      content: Type.Optional(Text),
      tool_calls: Type.Optional(
        Type.Array(Type.Object({ id: Type.String(), function: Type.Object({ name: Type.String(), arguments: Type.String() }) })),
      ),
      tool_call_id: Type.Optional(Type.String()),
    }),
    { minItems: 1 },
  ),
  stream: Type.Optional(Type.Boolean()),
});

/** Serves the chat API for a player of transcripts. @param log hears of each answer */
export function scriptedServer(player: Player, log: (line: string) => void): Server {
  return createServer((request, response) => {
    void answer(request, response, { player, log }).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 400, { error: { message: error instanceof Error ? error.message : String(error) } });
      else response.destroy();
    });
  });
}

interface Service {
  readonly player: Player;
  readonly log: (line: string) => void;
}

async function answer(request: IncomingMessage, response: ServerResponse, { player, log }: Service): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET' && pathname === '/v1/models')
    return sendJson(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'fleetwright' }] });
  if (request.method !== 'POST' || pathname !== '/v1/chat/completions')
    return sendJson(response, 404, { error: { message: `This scripted model serves /v1/chat/completions and /v1/models` } });
  const body: unknown = JSON.parse(await readBody(request));
  if (!Check(RequestSchema, body)) return sendJson(response, 400, { error: { message: 'This is no request of the chat API' } });
  const messages = body.messages.map((message) => ({ ...message, content: message.content ?? '' })) as Message[];
  const played = player.play(messages);
  log(`scripted: ${JSON.stringify(played.about)}`);
  if (played.fault !== undefined && played.fault !== 'half') return fail(response, played.fault);
  if (body.stream === true) return stream(response, played);
  return sendJson(response, 200, whole(played));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const read: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > REQUEST_BYTES) throw new Error(`The request has more than ${REQUEST_BYTES} bytes`);
    read.push(piece);
  }
  return Buffer.concat(read).toString('utf8');
}

function fail(response: ServerResponse, fault: NonNullable<Played['fault']>): void {
  switch (fault) {
    case 'busy':
      return sendJson(response, 429, { error: { message: 'Too many requests' } }, { 'retry-after': '0' });
    case 'refused':
      return sendJson(response, 401, { error: { message: 'This key is not known' } });
    case 'garbage':
      response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
      response.end('<html>502 Bad Gateway</html>');
      return undefined;
    case 'silent':
      return undefined;
    default:
      return sendJson(response, 503, { error: { message: 'The model is not there' } });
  }
}

function whole({ answer: { text, calls, inputTokens, outputTokens } }: Played): object {
  const message = { role: 'assistant', content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
  return {
    ...ABOUT,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: calls.length === 0 ? 'stop' : 'tool_calls' }],
    usage: usage(inputTokens, outputTokens),
  };
}

function stream(response: ServerResponse, { answer: { text, calls, inputTokens, outputTokens }, fault }: Played): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (part: object) => response.write(`data: ${JSON.stringify({ ...ABOUT, object: 'chat.completion.chunk', ...part })}\n\n`);
  const delta = (piece: object) => send({ choices: [{ index: 0, delta: piece, finish_reason: null }] });
  delta({ role: 'assistant', content: '' });
  for (const content of pieces(text)) delta({ content });
  for (const [index, { id, type, function: called }] of calls.entries()) {
    delta({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] });
    for (const piece of pieces(called.arguments)) delta({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  if (fault === 'half') {
    response.end();
    return;
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: calls.length === 0 ? 'stop' : 'tool_calls' }] });
  send({ choices: [], usage: usage(inputTokens, outputTokens) });
  response.end('data: [DONE]\n\n');
}

const ABOUT = { id: 'scripted', created: 0, model: MODEL } as const;

function usage(input: number, output: number): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function pieces(text: string): string[] {
  return text.match(new RegExp(`[^]{1,${PIECE}}`, 'gu')) ?? [];
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...HEADERS, ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What every answer uses: tokens in, tokens out. */
export const USED = { input: 100, output: 20 } as const;

/** A model that always says the same, in the protocols of OpenAI (both), Anthropic and Gemini, and remembers what it was asked. */
export class ModelServer {
  readonly asked: string[] = [];
  /** What it says. */
  words = '{"ok": true}';
  /** Whether it lets nobody in. */
  closed = false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (this.closed) return sendJson(response, 401, { error: { message: 'Nobody is let in', type: 'authentication_error', code: 401 } });
    const speak = Object.entries(PROTOCOLS).find(([end]) => path.includes(end))?.[1];
    if (speak === undefined || request.method !== 'POST') return sendJson(response, 404, { error: { message: `No ${path}` } });
    this.asked.push(body);
    const { model = 'fast', stream = path.includes('stream') } = JSON.parse(body) as { model?: string; stream?: boolean };
    speak(response, { model, stream, words: this.words });
  }
}

interface Answer {
  readonly model: string;
  readonly stream: boolean;
  readonly words: string;
}

const PROTOCOLS: Readonly<Record<string, (response: ServerResponse, answer: Answer) => void>> = {
  '/responses': speakResponses,
  '/chat/completions': speakChat,
  '/messages': speakMessages,
  generateContent: speakGemini,
  GenerateContent: speakGemini,
};

/** @see https://platform.openai.com/docs/api-reference/responses-streaming */
function speakResponses(response: ServerResponse, { model, words }: Answer): void {
  const item = {
    type: 'message',
    role: 'assistant',
    id: 'm',
    status: 'completed',
    content: [{ type: 'output_text', text: words, annotations: [] }],
  };
  const usage = { input_tokens: USED.input, output_tokens: USED.output, total_tokens: USED.input + USED.output };
  const whole = { id: 'r', object: 'response', created_at: 1, status: 'completed', model, output: [item], usage };
  sendEvents(response, [
    { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: whole },
  ]);
}

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
function speakChat(response: ServerResponse, { model, stream, words }: Answer): void {
  const usage = { prompt_tokens: USED.input, completion_tokens: USED.output, total_tokens: USED.input + USED.output };
  const about = { id: 'c', object: 'chat.completion.chunk', created: 1, model };
  const choice = { index: 0, finish_reason: 'stop' };
  if (!stream)
    return sendJson(response, 200, { ...about, choices: [{ ...choice, message: { role: 'assistant', content: words } }], usage });
  const pieces = [
    { ...about, choices: [{ index: 0, delta: { role: 'assistant', content: words }, finish_reason: null }] },
    { ...about, choices: [{ ...choice, delta: {} }], usage },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join('')}data: [DONE]\n\n`);
}

/** @see https://docs.claude.com/en/api/messages-streaming */
function speakMessages(response: ServerResponse, { model, stream, words }: Answer): void {
  const usage = { input_tokens: USED.input, output_tokens: USED.output };
  const message = { id: 'm', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage };
  if (!stream) return sendJson(response, 200, { ...message, content: [{ type: 'text', text: words }], stop_reason: 'end_turn' });
  sendEvents(response, [
    { type: 'message_start', message: { ...message, usage: { ...usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: USED.output } },
    { type: 'message_stop' },
  ]);
}

/** @see https://ai.google.dev/api/generate-content */
function speakGemini(response: ServerResponse, { stream, words }: Answer): void {
  const whole = {
    candidates: [{ content: { role: 'model', parts: [{ text: words }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: USED.input, candidatesTokenCount: USED.output, totalTokenCount: USED.input + USED.output },
  };
  if (!stream) return sendJson(response, 200, whole);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify(whole)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendEvents(response: ServerResponse, events: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
}

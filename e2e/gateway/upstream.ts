import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call as the upstream saw it. */
export interface SeenCall {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What each answer claims to have used. */
export const USAGE = { input: 100, output: 20 };

/** A provider of models on 127.0.0.1 that answers without thinking: in the protocols of OpenAI and Anthropic. */
export class Upstream {
  readonly calls: SeenCall[] = [];
  /** The status of its answers; `hang` gives none. */
  answer: number | 'hang' = 200;
  readonly #server: Server;

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets its calls and works again. */
  reset(): void {
    this.calls.length = 0;
    this.answer = 200;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await text(request)) || '{}') as Record<string, unknown>;
    const { authorization, 'x-api-key': key } = request.headers;
    this.calls.push({ path: request.url ?? '', key: typeof key === 'string' ? key : authorization?.replace('Bearer ', ''), body });
    if (this.answer === 'hang') return;
    response.writeHead(this.answer, { 'content-type': body['stream'] === true ? 'text/event-stream' : 'application/json' });
    if (this.answer !== 200) response.end(JSON.stringify({ error: { message: 'out of order', type: 'server_error' } }));
    else if (request.url?.startsWith('/v1/messages')) response.end(JSON.stringify(anthropicAnswer(this.calls.length)));
    else if (body['stream'] === true) response.end(openaiStream(this.calls.length));
    else response.end(JSON.stringify(openaiAnswer(this.calls.length)));
  }
}

const OPENAI_USAGE = { prompt_tokens: USAGE.input, completion_tokens: USAGE.output, total_tokens: USAGE.input + USAGE.output };

function openaiAnswer(count: number): object {
  const message = { role: 'assistant', content: `answer ${count}` };
  return {
    id: `a${count}`,
    object: 'chat.completion',
    created: 1,
    model: 'fake',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: OPENAI_USAGE,
  };
}

function openaiStream(count: number): string {
  const chunk = (fields: object) =>
    `data: ${JSON.stringify({ id: `a${count}`, object: 'chat.completion.chunk', created: 1, model: 'fake', ...fields })}\n\n`;
  const part = chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: `answer ${count}` }, finish_reason: null }] });
  const end = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  return `${part}${end}${chunk({ choices: [], usage: OPENAI_USAGE })}data: [DONE]\n\n`;
}

function anthropicAnswer(count: number): object {
  const usage = { input_tokens: USAGE.input, output_tokens: USAGE.output };
  return {
    id: `a${count}`,
    type: 'message',
    role: 'assistant',
    model: 'fake',
    content: [{ type: 'text', text: `answer ${count}` }],
    stop_reason: 'end_turn',
    usage,
  };
}

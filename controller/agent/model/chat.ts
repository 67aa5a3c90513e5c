import { AnswerBuilder } from './answer-builder.ts';
import { type Answer, type Message, ModelError, type ToolDefinition } from './message.ts';

/** Most bytes of one answer, and how long it may take, in milliseconds. */
const ANSWER_BYTES = 8 * 1024 * 1024;
const ANSWER_MS = 15 * 60_000;

/** One request. */
export interface ChatRequest {
  /** Base address, with or without `/v1`. */
  readonly endpoint: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly signal: AbortSignal;
}

/** Asks a model, once; again without a stream where the server does not stream. @throws ModelError, or what aborted the signal */
export async function chat(request: ChatRequest): Promise<Answer> {
  try {
    return await send(request, true);
  } catch (error) {
    if (!(error instanceof StreamRefused)) throw error;
    return send(request, false);
  }
}

/** The server does not stream. */
class StreamRefused extends ModelError {}

async function send({ endpoint, model, key, messages, tools, signal }: ChatRequest, stream: boolean): Promise<Answer> {
  const body = JSON.stringify({
    model,
    messages,
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
  try {
    const response = await fetch(`${endpoint.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    if (!response.ok) throw refusal(response, await readAll(response), model, stream);
    const builder = new AnswerBuilder(response.headers, body.length);
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) await readStream(response, builder);
    else builder.addWhole(parseJson(await readAll(response)));
    return builder.build();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    const { cause } = error as Error;
    throw new ModelError(`Model '${model}' did not answer: ${String(cause instanceof Error ? cause : error)}`, {
      passing: true,
      cause: error,
    });
  }
}

async function readStream(response: Response, builder: AnswerBuilder): Promise<void> {
  let rest = '';
  for await (const piece of piecesOf(response)) {
    // Only what is new is looked through, as a line may come byte by byte.
    const [first = '', ...others] = piece.split(/\r\n|\n|\r/);
    const lines = [`${rest}${first}`, ...others];
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const data = line.startsWith('data:') ? line.slice(5).trim() : '[DONE]';
      if (data !== '[DONE]') builder.addPiece(parseJson(data));
    }
  }
}

async function readAll(response: Response): Promise<string> {
  let text = '';
  for await (const piece of piecesOf(response)) text += piece;
  return text;
}

async function* piecesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let size = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += piece.length;
    if (size > ANSWER_BYTES) throw new ModelError(`The answer has more than ${ANSWER_BYTES} bytes`, { passing: true });
    yield decoder.decode(piece, { stream: true });
  }
}

// oxlint-disable-next-line eslint/max-params -- one answer
function refusal({ headers, status }: Response, text: string, model: string, stream: boolean): ModelError {
  const said = text.slice(0, 300);
  const message = `Model '${model}' answered with status ${status}: ${said}`;
  if (stream && (status === 400 || status === 422) && /\bstream/i.test(said)) return new StreamRefused(message, { passing: false });
  const passing = [408, 409, 425, 429].includes(status) || status >= 500;
  return new ModelError(message, { passing, afterMs: retryAfter(headers.get('retry-after')) });
}

/** Seconds or a date. @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`The answer is no JSON: ${JSON.stringify(text.slice(0, 200))}`, { passing: true, cause });
  }
}

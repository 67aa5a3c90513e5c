import { setTimeout as sleep } from 'node:timers/promises';
import { parseAnswer, readCapped, Refusal, refusalOf } from '../../controller/contract/wire/index.ts';

/** Shortest and longest pause before a stream is opened again, in milliseconds. */
const PAUSE = { first: 100, longest: 5000 } as const;

/** Most bytes of an answer, and characters of a message: a controller's are far shorter, and a command may be told to speak with anybody. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** A stream of the controller. */
export interface StreamSource {
  /** Whole URL. */
  readonly url: string;
  readonly token: string;
}

/** A message of a stream. */
export interface StreamMessage<Data> {
  readonly event: string;
  readonly data: Data;
}

/**
 * Reads server-sent events until `signal` aborts. Where the connection ends, it goes on after the last message. The message `reset`, which says
 * that some were lost, has data of its own.
 *
 * @throws Refusal if the controller refuses for good
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* readStream<Data>(source: StreamSource, signal: AbortSignal): AsyncGenerator<StreamMessage<Data>> {
  let last: string | undefined;
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      for await (const { id, ...message } of readOnce<Data>(source, last, signal)) {
        tries = 0;
        last = id ?? last;
        yield message;
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
    const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** tries) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function* readOnce<Data>(
  { url, token }: StreamSource,
  last: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamMessage<Data> & { id?: string }> {
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...(last !== undefined && { 'last-event-id': last }) };
  const response = await fetch(url, { headers, signal, redirect: 'error' });
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    const refusal = refusalOf(parseAnswer(await readCapped(response, MOST_BYTES)));
    throw refusal ?? new Refusal('FW_BODY_INVALID', `${url} was answered with status ${response.status}`);
  }
  if (!response.ok || response.body === null) return;
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    if (text.length > MOST_BYTES) return;
    for (const block of blocks) yield* parseBlock<Data>(block);
  }
}

/** The controller writes one field a line, and ends lines by a line feed. */
function* parseBlock<Data>(block: string): Generator<StreamMessage<Data> & { id?: string }> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name !== '') fields.set(name, name === 'data' && fields.has('data') ? `${fields.get('data')}\n${value}` : value);
  }
  const [data, id] = [fields.get('data'), fields.get('id')];
  if (data !== undefined) yield { event: fields.get('event') ?? 'message', data: parse(data) as Data, ...(id !== undefined && { id }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

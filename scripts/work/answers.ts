import { Client, PROBLEM_STATUS, type ProblemCode, Refusal } from '../../controller/contract/wire/index.ts';
import { isRecord } from '../is-record.ts';

/** How long an answer may take, in milliseconds. */
export const ANSWER_MS = 15_000;

/** Most bytes that are taken for an answer: a controller's are far shorter. */
const MOST_BYTES = 8 * 1024 * 1024;

/** A client that takes no answer without end: a command may be told to speak with anybody. */
export class CappedClient extends Client {
  override async request(path: string, request: RequestInit): Promise<Response> {
    const response = await super.request(path, request);
    const text = await readCapped(response);
    return new Response(text === '' ? null : text, { status: Math.max(response.status, 200), headers: response.headers });
  }
}

/** Reads an answer. @throws RangeError if it is longer than those of a controller are */
export async function readCapped({ body }: Response): Promise<string> {
  let bytes = 0;
  const pieces: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new RangeError(`it answered more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What an answer holds; `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The refusal that a body tells of; `undefined` where it is none that a controller sends. */
export function refusalOf(body: unknown): Refusal | undefined {
  if (!isRecord(body)) return undefined;
  const { code, detail } = body;
  if (typeof code !== 'string' || !Object.hasOwn(PROBLEM_STATUS, code)) return undefined;
  return new Refusal(code as ProblemCode, typeof detail === 'string' ? detail : code);
}

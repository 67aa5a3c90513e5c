import type { Claim, ClaimRequest, Fence } from './wire/fence.ts';
import { PROBLEM_STATUS, type ProblemCode, Refusal } from './wire/problem.ts';
import type { Ask, Completion, CompletionAnswer, Heartbeat, HeartbeatAnswer, LogChunk, Start, WorkerEvent } from './wire/report.ts';
import { API_PREFIX } from './wire/version.ts';

/** Shortest and longest pause between two tries, in milliseconds. Each is cut at random, so that many callers do not come back at once. */
const PAUSE = { first: 100, longest: 5000 } as const;

/** How long an answer may take, in milliseconds, unless a call says otherwise. */
export const ANSWER_MS = 15_000;

/** What passes by itself: the caller sent too much, or the controller is away or in trouble. */
const PASSING: ReadonlySet<ProblemCode> = new Set(['FW_INTERNAL', 'FW_RATE_LIMITED', 'FW_UNAVAILABLE']);

/** Options of `Client`. */
export interface ClientOptions {
  /** Base URL of the controller, such as `http://127.0.0.1:8080`. */
  readonly url: string;

  /** The org of the token; everything is about it. */
  readonly org: string;

  /** Gives the bearer token. Asked before each request, as tokens in files are replaced while programs run. */
  readonly token: () => Promise<string> | string;

  /**
   * Most bytes of an answer, for callers that are told whom to speak with.
   *
   * @default Infinity
   */
  readonly mostBytes?: number;
}

/** How patient a call is. */
export interface Patience {
  /** Ends the call, with its tries. */
  readonly signal?: AbortSignal;

  /**
   * How long one answer may take, in milliseconds.
   *
   * @default 15,000
   */
  readonly answerMs?: number;

  /**
   * For how long a call that failed for a passing reason is made again, in milliseconds; 0 for never. Only what changes nothing when it is
   * repeated may be.
   *
   * @default Infinity
   */
  readonly retryMs?: number;
}

/** The controller's HTTP API in types. What it refuses is thrown as `Refusal`; that it cannot be reached, as one with `FW_UNAVAILABLE`. */
export class Client {
  readonly #url: string;
  readonly #token: ClientOptions['token'];
  readonly #mostBytes: number;

  constructor({ url, org, token, mostBytes = Infinity }: ClientOptions) {
    this.#url = `${url.replace(/\/+$/, '')}${API_PREFIX}/orgs/${org}`;
    this.#token = token;
    this.#mostBytes = mostBytes;
  }

  /** Asks for tasks, once. */
  async claim(request: ClaimRequest, patience: Patience = {}): Promise<Claim[]> {
    const answerMs = (request.waitSeconds ?? 0) * 1000 + ANSWER_MS;
    return (await this.post<{ readonly claims: Claim[] }>('/claims', request, { answerMs, retryMs: 0, ...patience })).claims;
  }

  /** Says that the agent's program begins. */
  async start(start: Start, patience?: Patience): Promise<void> {
    await this.post(`/tasks/${start.fence.task}/start`, start, patience);
  }

  /** Keeps a task, once: who is not answered has better things to do than to try for long. */
  async heartbeat(beat: Heartbeat, patience: Patience = {}): Promise<HeartbeatAnswer> {
    return this.#one<HeartbeatAnswer>('/heartbeats', { heartbeats: [beat] }, { retryMs: 0, ...patience });
  }

  /** Sends output. */
  async log(fence: Fence, chunks: readonly LogChunk[], patience?: Patience): Promise<void> {
    await this.post(`/tasks/${fence.task}/log`, { fence, chunks }, patience);
  }

  /** Sends events. */
  async events(fence: Fence, events: readonly WorkerEvent[], patience?: Patience): Promise<void> {
    await this.post(`/tasks/${fence.task}/events`, { fence, events }, patience);
  }

  /** Asks people. @returns the question's id */
  async ask(fence: Fence, ask: Ask, patience?: Patience): Promise<string> {
    return (await this.post<{ readonly question: string }>(`/tasks/${fence.task}/questions`, { fence, ...ask }, patience)).question;
  }

  /** Reports the end of an attempt. */
  async complete(report: Completion, patience?: Patience): Promise<CompletionAnswer> {
    return this.#one<CompletionAnswer>('/completions', { completions: [report] }, patience);
  }

  /** Sends a message and reads the answer. @param path what follows the org in the path */
  async post<Answer>(path: string, body: unknown, patience: Patience = {}): Promise<Answer> {
    return this.#insist<Answer>(path, { method: 'POST', body: JSON.stringify(body) }, patience);
  }

  /** Puts something where it is to be, and reads the answer. @param path what follows the org in the path */
  async put<Answer>(path: string, body: unknown, patience: Patience = {}): Promise<Answer> {
    return this.#insist<Answer>(path, { method: 'PUT', body: JSON.stringify(body) }, patience);
  }

  /** Reads something. @param path what follows the org in the path */
  async get<Answer>(path: string, patience: Patience = {}): Promise<Answer> {
    return this.#insist<Answer>(path, { method: 'GET' }, patience);
  }

  /** Sends one request as it is, with the token, and gives the answer as it is. @param path what follows the org in the path */
  async request(path: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await this.#token()}`);
    return fetch(`${this.#url}${path}`, { ...request, headers, redirect: 'error' });
  }

  /** Sends one item of a bulk call. */
  async #one<Answer>(path: string, body: unknown, patience?: Patience): Promise<Answer> {
    const { answers } = await this.post<{ readonly answers: readonly Answer[] }>(path, body, patience);
    const [answer] = answers;
    if (answer === undefined) throw new Refusal('FW_UNAVAILABLE', `The controller answered nothing to POST ${this.#url}${path}`);
    return answer;
  }

  async #insist<Answer>(
    path: string,
    request: RequestInit,
    { retryMs = Infinity, answerMs = ANSWER_MS, signal }: Patience,
  ): Promise<Answer> {
    const end = performance.now() + retryMs;
    for (let tries = 0; ; tries += 1) {
      try {
        // One try after the other.
        return await this.#send<Answer>(path, request, AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal ? [signal] : [])]));
      } catch (error) {
        const passes = error instanceof Refusal && PASSING.has(error.code);
        const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** tries) * (0.5 + Math.random() / 2);
        if (!passes || signal?.aborted === true || performance.now() + pause > end) throw error;
        await rest(pause, signal);
      }
    }
  }

  async #send<Answer>(path: string, request: RequestInit, signal: AbortSignal): Promise<Answer> {
    let response;
    let text;
    try {
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      response = await this.request(path, { ...request, headers, signal });
      text = await readCapped(response, this.#mostBytes);
    } catch (cause) {
      throw new Refusal('FW_UNAVAILABLE', `The controller at ${this.#url} did not answer ${request.method} ${path}`, { cause });
    }
    const body = parseAnswer(text);
    if (response.ok && (body !== undefined || text === '')) return body as Answer;
    throw toRefusal(response.status, body, `${request.method} ${this.#url}${path}`);
  }
}

/** Reads an answer. @throws RangeError if it has more bytes */
export async function readCapped({ body }: Response, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const stream: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  let bytes = 0;
  let text = '';
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new RangeError(`it answered more than ${mostBytes} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** What an answer holds; `undefined` where it is no JSON. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The refusal that a body tells of; `undefined` where it is none that a controller sends. */
export function refusalOf(body: unknown): Refusal | undefined {
  const { code, detail, at } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown; readonly at?: unknown };
  if (typeof code !== 'string' || !Object.hasOwn(PROBLEM_STATUS, code)) return undefined;
  return new Refusal(code as ProblemCode, typeof detail === 'string' ? detail : code, typeof at === 'string' ? { at } : {});
}

/** What a proxy in between answers is no problem document; its status still tells what to do. */
function toRefusal(status: number, body: unknown, what: string): Refusal {
  const refusal = refusalOf(body);
  if (refusal !== undefined) return refusal;
  const guess = Object.entries(PROBLEM_STATUS).find(([, known]) => known === status)?.[0] as ProblemCode | undefined;
  return new Refusal(
    guess ?? (status >= 400 && status < 500 ? 'FW_BODY_INVALID' : 'FW_UNAVAILABLE'),
    `${what} was answered with status ${status}`,
  );
}

/** Waits, unless there is nothing to wait for any more. */
async function rest(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const wake = () => resolve(undefined);
  const timer = setTimeout(wake, milliseconds);
  signal?.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', wake);
}

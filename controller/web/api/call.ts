import type { API_PREFIX, ProblemDocument } from '../../contract/wire/index.ts';
import { ApiProblem } from './problem.ts';

/** The contract's prefix; its type keeps the two the same. */
const API: typeof API_PREFIX = '/v1';

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 15_000;

/** A request to the API. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Address of something of the API. @param query what is undefined or empty is left out */
export function urlOf(path: string, query: Readonly<Record<string, string | number | boolean | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]));
  return `${API}${path}${given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`}`;
}

/** Calls the API with the cookie of the session. @throws ApiProblem */
export async function call<Answer>(url: string, { method = 'GET', body, signal }: Request = {}): Promise<Answer> {
  const { status, text } = await send(url, {
    method,
    credentials: 'same-origin',
    redirect: 'error',
    headers: { accept: 'application/json', 'fleetwright-page': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(signal === undefined ? [] : [signal])]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = parse(text);
  if (status < 400 && answer !== undefined) return answer as Answer;
  throw toProblem(status, answer);
}

async function send(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    if (init.signal?.reason instanceof DOMException && init.signal.reason.name === 'AbortError') throw cause;
    throw new ApiProblem({ code: 'FW_UNAVAILABLE', detail: 'The controller does not answer; it is asked again by itself' }, { cause });
  }
}

/** @returns undefined for what is no JSON, and null for nothing */
function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a proxy in between answers is no problem document. */
function toProblem(status: number, answer: unknown): ApiProblem {
  const { code, detail, at } = (answer ?? {}) as Partial<ProblemDocument>;
  if (code !== undefined) return new ApiProblem({ code, detail, at });
  return new ApiProblem({ code: status === 401 ? 'FW_UNAUTHENTICATED' : 'FW_UNAVAILABLE', detail: `The answer has the status ${status}` });
}

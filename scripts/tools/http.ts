import { unresolved } from './unresolved.ts';

const TIMEOUT_MS = 20_000;
const LARGEST_BODY = 4 * 1024 * 1024;

/** What a registry answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Options of `request`. */
export interface RequestOptions {
  /** @default 'GET' */
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends it earlier than its own limit does. */
  readonly signal?: AbortSignal;
}

/**
 * Asks a registry. Without encryption only this machine is asked; nobody is sent on to somewhere else, nobody is waited for without
 * end, and no answer is larger than 4 MiB.
 *
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED
 */
export async function request(url: URL, { method = 'GET', headers = {}, signal }: RequestOptions = {}): Promise<Answer> {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw unresolved(`${url.origin} is asked by https only`);
  }
  try {
    const limits = [AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])];
    const response = await fetch(url, { headers, method, redirect: 'manual', signal: AbortSignal.any(limits) });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw unresolved(`${url.host} sends requests on to another address, which is not followed; name that registry instead`);
    }
    return { body: await readBody(response, url.host), headers: response.headers, status: response.status };
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && String(cause.code).startsWith('FW_')
      ? cause
      : unresolved(explain(url, cause), cause);
  }
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(hostname);
}

async function readBody(response: Response, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > LARGEST_BODY) throw unresolved(`${host} answered with more than ${LARGEST_BODY / 1024 / 1024} MiB`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

function explain({ host }: URL, cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError') return `${host} did not answer in time`;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? `${String(inner.code)} ` : '';
  const text = inner instanceof Error ? inner.message : String(inner);
  return `${host} cannot be reached: ${code}${text}`.trim();
}

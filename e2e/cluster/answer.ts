import type { IncomingMessage } from 'node:http';

/** What the API server said. A refusal is an answer like any other. */
export interface ApiAnswer {
  readonly status: number;
  /** Whether the status is a success. */
  readonly ok: boolean;
  /** The object, list or Status. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

/** Collects the whole answer. */
export async function readAnswer(incoming: IncomingMessage): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = incoming.headers['content-type']?.startsWith('application/json') ?? false;
  const status = incoming.statusCode ?? 0;
  return {
    status,
    ok: status >= 200 && status < 300,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { message: text },
    warnings: (incoming.headersDistinct['warning'] ?? []).map(warningText),
  };
}

/** An answer in one line: what a refusal says, and the warnings that came along. */
export function describeAnswer({ status, ok, body, warnings }: ApiAnswer): string {
  const refusal = typeof body['message'] === 'string' ? body['message'] : 'refused without a message';
  const message = ok ? 'accepted' : refusal;
  return [`${status} ${message}`, ...warnings.map((warning) => `warning: ${warning}`)].join('; ');
}

/** A header is `299 - "text"`, with quotes and backslashes in the text escaped. */
function warningText(header: string): string {
  const quoted = /^\d+ \S+ "(.*)"$/s.exec(header)?.[1];
  return quoted === undefined ? header : quoted.replaceAll(/\\(["\\])/g, '$1');
}

import { Agent, request } from 'node:http';
import { API_PREFIX } from '../../controller/contract/wire/index.ts';
import type { Operation, Operations, Outcome, Recorder } from './history.ts';

/** How long a caller waits for an answer, in milliseconds, besides what it asked the controller to wait. */
const ANSWER_MS = 2500;

/** What a server said. */
interface Reply {
  readonly status: number;
  readonly retryAfter: boolean;
  readonly body: unknown;
}

/** Options of `Caller`. */
export interface CallerOptions {
  readonly recorder: Recorder;
  readonly port: number;
  readonly token: string;
  /** Which worker or producer it is. */
  readonly name: string;
}

/** Calls the controller as one worker or producer does, and keeps each call in the history. */
export class Caller {
  readonly name: string;
  readonly token: string;
  readonly #recorder: Recorder;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor({ recorder, port, token, name }: CallerOptions) {
    this.name = name;
    this.#recorder = recorder;
    this.#port = port;
    this.token = token;
  }

  /** Makes a call that goes into the history. @param take finds the answer in the body */
  async call<Op extends Operation>(
    op: Op,
    asked: Operations[Op]['asked'],
    { path, body, waitMs = 0 }: { readonly path: string; readonly body?: unknown; readonly waitMs?: number },
    take: (body: unknown) => Operations[Op]['answer'],
  ): Promise<Outcome<Op>> {
    return this.#recorder.call(op, this.name, asked, async () => {
      try {
        const { status, retryAfter, body: answer } = await this.#send(path, body, ANSWER_MS + waitMs);
        if (status < 300) return { type: 'ok', answer: take(answer) };
        const code = (answer as { readonly code?: string } | null)?.code ?? '';
        // The controller itself does not know whether the call took effect.
        return status === 503 ? { type: 'unknown', why: code, status, retryAfter } : { type: 'fail', status, code };
      } catch (error) {
        return { type: 'unknown', why: error instanceof Error ? error.message : 'no reason is known' };
      }
    });
  }

  /** Reads something that does not go into the history. @throws Error if it is not answered */
  async get<Answer>(path: string): Promise<Answer> {
    const { status, body } = await this.#send(path, undefined, 20_000);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${JSON.stringify(body)}`);
    return body as Answer;
  }

  /** Makes something that does not go into the history. @throws Error if it is not answered */
  async post<Answer>(path: string, content: unknown): Promise<Answer> {
    const { status, body } = await this.#send(path, content, 20_000);
    if (status >= 300) throw new Error(`POST ${path} was answered with ${status}: ${JSON.stringify(body)}`);
    return body as Answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(path: string, content: unknown, milliseconds: number): Promise<Reply> {
    const text = content === undefined ? undefined : JSON.stringify(content);
    const length = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          path: `${API_PREFIX}/orgs/acme${path}`,
          method: text === undefined ? 'GET' : 'POST',
          agent: this.#agent,
          headers: { authorization: `Bearer ${this.token}`, ...length },
          signal: AbortSignal.timeout(milliseconds),
        },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('error', reject);
          reply.on('end', () => {
            const said = Buffer.concat(chunks).toString('utf8');
            const { statusCode: status = 0, headers } = reply;
            resolve({ status, retryAfter: headers['retry-after'] !== undefined, body: said === '' ? null : JSON.parse(said) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/wire/index.ts';
import type { Reads, Store } from '../../dispatch/index.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Metrics } from '../metrics.ts';
import { type Cursor, parseCursor } from './cursor.ts';
import { Reader } from './reader.ts';
import { type ReadAfter, Topic } from './topic.ts';

/** How many streams one program, and one token, may have open. */
const MOST_READERS = { all: 10_000, token: 1000 } as const;

/** How often an open stream says that it is still there, and asks whether its token still is, in milliseconds. */
const BEAT_MS = 15_000;

/** Options of `Streams`. */
export interface StreamsOptions {
  readonly store: Store;
  readonly reads: Reads;
  readonly tokens: Tokens;
  readonly metrics: Metrics;
}

/** What a stream shows. */
export interface StreamSource {
  /** Readers of the same name share one look at the store. */
  readonly name: string;
  readonly read: ReadAfter;
  /** Only what is about a task, and how to read that alone. */
  readonly only?: { readonly task: string; readonly read: ReadAfter };
  /** Whether what it shows has been forgotten. */
  readonly isGone?: () => Promise<boolean>;
  /** Where a reader without a cursor begins: with the oldest item, or with what comes next. */
  readonly from: 'oldest' | 'now';
}

interface Served {
  readonly source: StreamSource;
  readonly topic: Topic;
}

/** Server-sent events. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #perToken = new Map<string, number>();
  readonly #readers = new Set<Reader>();
  #ended = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Answers with a stream that goes on until either side ends it. @throws Refusal FW_RATE_LIMITED, FW_UNAVAILABLE */
  async open(request: FastifyRequest, reply: FastifyReply, source: StreamSource): Promise<void> {
    const { token, org } = request.caller;
    if (this.#readers.size >= MOST_READERS.all || (this.#perToken.get(token) ?? 0) >= MOST_READERS.token)
      throw new Refusal('FW_RATE_LIMITED', 'Too many streams are open; close some, or read pages');
    const asked = request.headers['last-event-id'] ?? (request.query as { readonly after?: string }).after;
    const now = await this.#now();
    const after = asked === undefined || Array.isArray(asked) ? undefined : parseCursor(asked);
    const lost =
      (asked === undefined ? source.from === 'now' : after === undefined || (await this.#isLost(after, now, source, org))) ||
      (await source.isGone?.()) === true;
    // Whoever was sent away asks again at once, on the same connection, which would then never end.
    if (this.#ended) throw new Refusal('FW_UNAVAILABLE', 'This controller ends; another one answers');
    const reader = new Reader(reply.raw, lost ? (source.from === 'now' ? now : [0n, 0n]) : (after ?? [0n, 0n]), source.only?.task);
    reply.hijack();
    reply.raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    reply.raw.flushHeaders();
    if (lost) reader.reset('Events before this one are not shown; read the state as it is, and go on from here');
    this.#serve(request, reply, reader, { source, topic: this.#topic(source, now) });
  }

  /** Ends all streams; readers come back to another replica. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.end();
  }

  #serve(request: FastifyRequest, reply: FastifyReply, reader: Reader, { source, topic }: Served): void {
    const { token, until } = request.caller;
    const { metrics, tokens } = this.#options;
    this.#readers.add(reader);
    this.#perToken.set(token, (this.#perToken.get(token) ?? 0) + 1);
    metrics.readers.set(this.#readers.size);
    const timer = setInterval(() => {
      reader.beat();
      const live = until === undefined ? tokens.isLive(token) : Promise.resolve(Date.now() < until);
      live.then(
        (is) => (is ? undefined : reader.end()),
        () => undefined,
      );
    }, BEAT_MS);
    reply.raw.once('close', () => {
      clearInterval(timer);
      this.#readers.delete(reader);
      const left = (this.#perToken.get(token) ?? 1) - 1;
      if (left > 0) this.#perToken.set(token, left);
      else this.#perToken.delete(token);
      metrics.readers.set(this.#readers.size);
      if (!topic.remove(reader)) this.#topics.delete(source.name);
    });
    topic.add(reader, source.only?.read).catch((error: unknown) => {
      request.log.warn({ err: error }, 'A stream ended, as the store could not be read');
      reader.end();
    });
  }

  #topic({ name, read }: StreamSource, now: Cursor): Topic {
    const topic = this.#topics.get(name) ?? new Topic(read, now);
    this.#topics.set(name, topic);
    return topic;
  }

  /** Everything before it can be read now, and nothing will be added there. */
  async #now(): Promise<Cursor> {
    const [xmin = '0'] = await this.#options.store.read<string>('select to_json(pg_snapshot_xmin(pg_current_snapshot())::text)', []);
    return [BigInt(xmin), 0n];
  }

  /** Whether something after the cursor may have been forgotten, or the cursor is none of this database. */
  async #isLost(after: Cursor, now: Cursor, source: StreamSource, org: string): Promise<boolean> {
    if (after[0] > now[0]) return true;
    return source.from === 'now' && this.#options.reads.isCut(org, after.join('-'));
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/wire/index.ts';
import type { Reads, Store } from '../../dispatch/index.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Metrics } from '../metrics.ts';
import { askOnce } from './ask-once.ts';
import { type Cursor, parseCursor } from './cursor.ts';
import { Reader } from './reader.ts';
import { type ReadAfter, Topic } from './topic.ts';

/** How many streams one program, and one token, may have open. */
const MOST_READERS = { all: 10_000, token: 1000 } as const;

/** How often one of so many parts of all streams says that it is still there, and asks whether its tokens still are, in milliseconds. */
const BEAT_MS = 1000;
const PARTS = 15;

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

/** An open stream: all that is kept of it, as there may be many. */
interface Stream {
  readonly reader: Reader;
  readonly topic: Topic;
  readonly name: string;
  readonly token: string;
  readonly until: number | undefined;
  readonly part: number;
}

/** Server-sent events. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #perToken = new Map<string, number>();
  readonly #streams = new Set<Stream>();
  readonly #now = askOnce(async () => this.#readNow());
  readonly #isCut = askOnce(async (place) => {
    const [org = '', after = ''] = place.split(' ');
    return this.#options.reads.isCut(org, after);
  });
  #opened = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Answers with a stream that goes on until either side ends it. @throws Refusal FW_RATE_LIMITED, FW_UNAVAILABLE */
  async open(request: FastifyRequest, reply: FastifyReply, source: StreamSource): Promise<void> {
    const { token, org } = request.caller;
    if (this.#streams.size >= MOST_READERS.all || (this.#perToken.get(token) ?? 0) >= MOST_READERS.token)
      throw new Refusal('FW_RATE_LIMITED', 'Too many streams are open; close some, or read pages');
    const asked = request.headers['last-event-id'] ?? (request.query as { readonly after?: string }).after;
    const now = await this.#now('');
    const after = asked === undefined || Array.isArray(asked) ? undefined : parseCursor(asked);
    const lost =
      (asked === undefined ? source.from === 'now' : after === undefined || (await this.#isLost(after, now, source, org))) ||
      (await source.isGone?.()) === true;
    // Whoever was sent away asks again at once, on the same connection, which would then never end.
    if (this.#ended) throw new Refusal('FW_UNAVAILABLE', 'This controller ends; another one answers');
    reply.hijack();
    // Gone while it was looked at: nothing would ever remove it.
    if (reply.raw.destroyed) return;
    const reader = new Reader(reply.raw, lost ? (source.from === 'now' ? now : [0n, 0n]) : (after ?? [0n, 0n]), source.only?.task);
    // A body that ends with its connection needs no frame of its own for each reader.
    reply.raw.useChunkedEncodingByDefault = false;
    reply.raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    reply.raw.flushHeaders();
    // What was asked is not needed any more, and may be long.
    Object.assign(request.raw, { headers: {}, rawHeaders: [] });
    if (lost) reader.reset('Events before this one are not shown; read the state as it is, and go on from here');
    const topic = this.#topic(source, now);
    const { until } = request.caller;
    const stream = { reader, topic, name: source.name, token, until, part: (this.#opened += 1) % PARTS };
    this.#add(stream);
    reply.raw.once('close', () => this.#remove(stream));
    const { log } = request.server;
    topic.add(reader, source.only?.read).catch((error: unknown) => {
      log.warn({ err: error }, 'A stream ended, as the store could not be read');
      reader.end();
    });
  }

  /** Ends all streams; readers come back to another replica. */
  end(): void {
    this.#ended = true;
    for (const { reader } of this.#streams) reader.end();
  }

  #add(stream: Stream): void {
    this.#streams.add(stream);
    this.#perToken.set(stream.token, (this.#perToken.get(stream.token) ?? 0) + 1);
    this.#options.metrics.readers.set(this.#streams.size);
    let part = 0;
    this.#timer ??= setInterval(() => this.#beat((part = (part + 1) % PARTS)), BEAT_MS);
  }

  #remove(stream: Stream): void {
    const { reader, topic, name, token } = stream;
    this.#streams.delete(stream);
    const left = (this.#perToken.get(token) ?? 1) - 1;
    if (left > 0) this.#perToken.set(token, left);
    else this.#perToken.delete(token);
    this.#options.metrics.readers.set(this.#streams.size);
    if (!topic.remove(reader)) this.#topics.delete(name);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(turn: number): void {
    for (const { part, reader, token, until } of this.#streams) {
      if (part !== turn) continue;
      reader.beat();
      const live = until === undefined ? this.#options.tokens.isLive(token) : Promise.resolve(Date.now() < until);
      live.then(
        (is) => (is ? undefined : reader.end()),
        () => undefined,
      );
    }
  }

  #topic({ name, read }: StreamSource, now: Cursor): Topic {
    const topic = this.#topics.get(name) ?? new Topic(read, now);
    this.#topics.set(name, topic);
    return topic;
  }

  /** Everything before it can be read now, and nothing will be added there. */
  async #readNow(): Promise<Cursor> {
    const [xmin = '0'] = await this.#options.store.read<string>('select to_json(pg_snapshot_xmin(pg_current_snapshot())::text)', []);
    return [BigInt(xmin), 0n];
  }

  /** Whether something after the cursor may have been forgotten, or the cursor is none of this database. */
  async #isLost(after: Cursor, now: Cursor, source: StreamSource, org: string): Promise<boolean> {
    if (after[0] > now[0]) return true;
    return source.from === 'now' && this.#isCut(`${org} ${after.join('-')}`);
  }
}

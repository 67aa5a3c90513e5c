import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { type Client, type Fence, type LogChunk, Refusal } from '../contract/wire/index.ts';

/** Most bytes read at once into one chunk: written as JSON, where a character may take six times as much, they still fit into a message. */
const CHUNK_BYTES = 16 * 1024;

/** Characters of one message, and of all that may wait to be sent. */
const MESSAGE = 256 * 1024;
const WAITING = 1024 * 1024;

/** How long output is gathered before it is sent, in milliseconds. */
const GATHER_MS = 100;

/** For how long a message is sent again before it is left out, in milliseconds. While the controller is away, the lease ends before that. */
const INSIST_MS = 60_000;

/**
 * Sends what the agent's program prints. Who writes faster than the controller takes waits; nothing is left out, and what waits here never grows
 * beyond a limit. Bytes that are no UTF-8, and NUL, which no database text can hold, become U+FFFD.
 */
export class Output {
  readonly #client: Client;
  readonly #fence: Fence;
  readonly #gone: AbortSignal;
  readonly #last = new AbortController();
  /** Aborted when there is nothing to be gathered any more. */
  readonly #ended: AbortSignal;
  readonly #waiting: LogChunk[] = [];
  readonly #room: (() => void)[] = [];
  #size = 0;
  #seq = 0;
  #sending: Promise<void> | undefined;

  /** @param gone aborted when there is no use in sending any more */
  constructor(client: Client, fence: Fence, gone: AbortSignal) {
    this.#client = client;
    this.#fence = fence;
    this.#gone = gone;
    this.#ended = AbortSignal.any([gone, this.#last.signal]);
    gone.addEventListener('abort', () => this.#makeRoom(), { once: true });
  }

  /** Reads a stream to its end. @param see gets each piece of it as well */
  async read(stream: 'stdout' | 'stderr', source: Readable, see: (piece: Buffer) => void): Promise<void> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    try {
      for await (const piece of source as AsyncIterable<Buffer>) {
        see(piece);
        for (let from = 0; from < piece.length; from += CHUNK_BYTES) {
          // In order.
          await this.write(stream, decoder.decode(piece.subarray(from, from + CHUNK_BYTES), { stream: true }));
        }
      }
    } catch (error) {
      // Taken away while it was read: a process that could not be killed holds it.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
    await this.write(stream, decoder.decode());
  }

  /** Adds text of at most `CHUNK_BYTES`. Resolves when there is room for more. */
  async write(stream: LogChunk['stream'], text: string): Promise<void> {
    if (text === '' || this.#gone.aborted) return;
    this.#add(stream, text.replaceAll('\0', '\uFFFD'));
    this.#sending ??= this.#send();
    if (this.#size > WAITING) await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /** Resolves when all has been sent, or there is no use in it. Call it at the end: from then on, nothing is gathered. */
  async flush(): Promise<void> {
    this.#last.abort();
    // What is written meanwhile has to be sent too.
    while (this.#sending !== undefined) await this.#sending;
  }

  #add(stream: LogChunk['stream'], text: string): void {
    this.#size += text.length;
    const last = this.#waiting.at(-1);
    if (last?.stream === stream && last.text.length + text.length <= CHUNK_BYTES) {
      this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + text };
    } else {
      this.#waiting.push({ seq: this.#seq, stream, text });
      this.#seq += 1;
    }
  }

  async #send(): Promise<void> {
    do {
      /* eslint-disable no-await-in-loop -- one message after the other keeps the order */
      if (this.#size < MESSAGE) await sleep(GATHER_MS, undefined, { signal: this.#ended }).catch(() => undefined);
      const chunks = this.#take();
      await this.#client.log(this.#fence, chunks, { retryMs: INSIST_MS, signal: this.#gone }).catch(toleratesRefusal);
      this.#size -= sizeOf(chunks);
      if (this.#size <= WAITING) this.#makeRoom();
      /* eslint-enable no-await-in-loop */
    } while (this.#waiting.length > 0 && !this.#gone.aborted);
    this.#sending = undefined;
  }

  #take(): LogChunk[] {
    let size = 0;
    const end = this.#waiting.findIndex(({ text }) => (size += text.length) > MESSAGE);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end));
  }

  #makeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}

function sizeOf(chunks: readonly LogChunk[]): number {
  return chunks.reduce((sum, { text }) => sum + text.length, 0);
}

/** Output that the controller does not want is no reason to stop the work. */
function toleratesRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

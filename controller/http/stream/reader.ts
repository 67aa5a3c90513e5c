import type { Writable } from 'node:stream';
import { type Cursor, isAfter } from './cursor.ts';

/** An item, ready to be sent to any number of readers: they share its bytes. */
export interface Message {
  readonly cursor: Cursor;
  readonly task: string | undefined;
  readonly bytes: Buffer;
}

const AWAKE = Buffer.from(': still here\n\n');

/** How many bytes may wait for a reader who does not take them, before it is cut. It comes back with its last id. */
const MOST_WAITING = 1024 * 1024;

/** How many messages may wait while a reader is still shown older ones. */
const MOST_NEWS = 10_000;

/** Somebody who reads a stream. Only what was made by `JSON.stringify`, and numbers, are ever written, so no text can pass for a field. */
export class Reader {
  readonly #response: Writable;
  readonly #task: string | undefined;
  #cursor: Cursor;
  #news: Message[] | undefined = [];

  /** @param task whose messages are wanted, if not all */
  constructor(response: Writable, cursor: Cursor, task?: string) {
    this.#response = response;
    this.#cursor = cursor;
    this.#task = task;
  }

  /** Whether there is still somebody. */
  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  /** Tells that what the reader knows is not connected with what follows. */
  reset(why: string): void {
    this.#write(Buffer.from(`event: reset\nid: ${this.#cursor.join('-')}\ndata: ${JSON.stringify({ reason: why })}\n\n`));
  }

  /** Shows older messages. */
  catchUp(messages: readonly Message[]): void {
    for (const message of messages) this.#show(message);
  }

  /** From now on, news are shown as they come. */
  goLive(): void {
    const news = this.#news ?? [];
    this.#news = undefined;
    for (const message of news) this.#show(message);
  }

  /** Hears of news. */
  offer(messages: readonly Message[]): void {
    if (this.#news === undefined) for (const message of messages) this.#show(message);
    else if (this.#news.length + messages.length > MOST_NEWS) this.#response.destroy();
    else this.#news.push(...messages);
  }

  /** Keeps the connection awake. */
  beat(): void {
    this.#write(AWAKE);
  }

  end(): void {
    if (this.isOpen) this.#response.end();
  }

  #show(message: Message): void {
    if (!isAfter(message.cursor, this.#cursor)) return;
    this.#cursor = message.cursor;
    if (this.#task === undefined || this.#task === message.task) this.#write(message.bytes);
  }

  #write(bytes: Buffer): void {
    if (!this.isOpen) return;
    this.#response.write(bytes);
    if (this.#response.writableLength > MOST_WAITING) this.#response.destroy();
  }
}

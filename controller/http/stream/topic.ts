import { setTimeout as sleep } from 'node:timers/promises';
import { type Cursor, parseCursor } from './cursor.ts';
import type { Message, Reader } from './reader.ts';

/** Something that has an order: an event or a log entry. */
export interface Item {
  readonly id: string;
  readonly task?: string;
}

/** Reads what comes after a cursor, oldest first. */
export type ReadAfter = (after: string, limit: number) => Promise<readonly Item[]>;

/** How many items are read at once. */
const PAGE = 500;

/** How often a topic looks for news, in milliseconds; and after the store could not be reached. */
const LOOK_MS = { news: 100, none: 250, failed: 1000 } as const;

/** What several readers wait for is looked for once. */
export class Topic {
  readonly #read: ReadAfter;
  readonly #readers = new Set<Reader>();
  #cursor: Cursor;

  /** @param cursor from where news are looked for */
  constructor(read: ReadAfter, cursor: Cursor) {
    this.#read = read;
    this.#cursor = cursor;
  }

  /** Shows a reader what is there, then what comes. Nothing is missed in between, as news are kept for it meanwhile. `older` reads what is there. */
  async add(reader: Reader, older: ReadAfter = this.#read): Promise<void> {
    this.#readers.add(reader);
    if (this.#readers.size === 1) void this.#look();
    for (let more = true; more && reader.isOpen;) {
      // Page by page.
      const items = await older(reader.cursor.join('-'), PAGE);
      reader.catchUp(items.map(toMessage));
      more = items.length === PAGE;
    }
    reader.goLive();
  }

  /** @returns whether others are still reading */
  remove(reader: Reader): boolean {
    this.#readers.delete(reader);
    return this.#readers.size > 0;
  }

  async #look(): Promise<void> {
    while (this.#readers.size > 0) {
      // Time after time.
      await sleep(await this.#lookOnce());
    }
  }

  async #lookOnce(): Promise<number> {
    try {
      const messages = (await this.#read(this.#cursor.join('-'), PAGE)).map(toMessage);
      this.#cursor = messages.at(-1)?.cursor ?? this.#cursor;
      for (const reader of this.#readers) reader.offer(messages);
      return messages.length === PAGE ? 0 : messages.length > 0 ? LOOK_MS.news : LOOK_MS.none;
    } catch {
      // Readers stay; they are shown what they missed once the store is back.
      return LOOK_MS.failed;
    }
  }
}

function toMessage(item: Item): Message {
  const cursor = parseCursor(item.id);
  if (cursor === undefined) throw new Error(`'${item.id}' is no cursor`);
  return { cursor, task: item.task, text: `id: ${item.id}\ndata: ${JSON.stringify(item)}\n\n` };
}

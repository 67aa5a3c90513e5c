import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { askOnce } from './ask-once.ts';
import { type Cursor, isAfter, parseCursor } from './cursor.ts';
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

/** How many readers are shown news before others have their turn: of what is made for a writing, nothing then lasts. */
const AT_ONCE = 100;

/** How often a topic looks for news, in milliseconds; and after the store could not be reached. */
const LOOK_MS = { news: 100, none: 250, failed: 1000 } as const;

/** What several readers wait for is looked for once. */
export class Topic {
  readonly #read: ReadAfter;
  readonly #readers = new Set<Reader>();
  /** Many come back at once after the same message. */
  readonly #page: (after: string) => Promise<readonly Message[]>;
  #cursor: Cursor;

  /** @param cursor from where news are looked for */
  constructor(read: ReadAfter, cursor: Cursor) {
    this.#read = read;
    this.#page = askOnce(async (after) => readPage(read, after));
    this.#cursor = cursor;
  }

  /** Shows a reader what is there, then what comes. Nothing is missed in between, as news are kept for it meanwhile. `older` reads what is there. */
  async add(reader: Reader, older?: ReadAfter): Promise<void> {
    this.#readers.add(reader);
    if (this.#readers.size === 1) void this.#look();
    // All that comes after where this looks, it will see.
    for (let more = older !== undefined || isAfter(this.#cursor, reader.cursor); more && reader.isOpen;) {
      const after = reader.cursor.join('-');
      // Page by page.
      const messages = await (older === undefined ? this.#page(after) : readPage(older, after));
      reader.catchUp(messages);
      more = messages.length === PAGE;
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
      const messages = await readPage(this.#read, this.#cursor.join('-'));
      this.#cursor = messages.at(-1)?.cursor ?? this.#cursor;
      if (messages.length > 0) await this.#tell(messages);
      return messages.length === PAGE ? 0 : messages.length > 0 ? LOOK_MS.news : LOOK_MS.none;
    } catch {
      // Readers stay; they are shown what they missed once the store is back.
      return LOOK_MS.failed;
    }
  }

  async #tell(messages: readonly Message[]): Promise<void> {
    let told = 0;
    for (const reader of this.#readers) {
      reader.offer(messages);
      told += 1;
      // Whoever comes meanwhile is told too, as a set goes on to what is added to it.
      if (told % AT_ONCE === 0) await turn();
    }
  }
}

async function readPage(read: ReadAfter, after: string): Promise<readonly Message[]> {
  return (await read(after, PAGE)).map(toMessage);
}

function toMessage(item: Item): Message {
  const cursor = parseCursor(item.id);
  if (cursor === undefined) throw new Error(`'${item.id}' is no cursor`);
  return { cursor, task: item.task, bytes: Buffer.from(`id: ${item.id}\ndata: ${JSON.stringify(item)}\n\n`) };
}

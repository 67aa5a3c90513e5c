import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Until a reader who was sent away comes again, in milliseconds. */
const AGAIN_MS = 1000;

/** A reader of server-sent events that comes back with its last id, with as little work of its own as possible. */
export class StreamReader {
  readonly #port: number;
  readonly #path: string;
  readonly #token: string;
  #socket: Socket | undefined;
  #text = '';

  /** Ids of the events that it was shown. */
  readonly seen: string[] = [];

  /** Where it goes on. */
  last = '';

  constructor(port: number, path: string, token: string) {
    this.#port = port;
    this.#path = path;
    this.#token = token;
  }

  /** Begins, or goes on; again if it is sent away for the moment. */
  async open(): Promise<void> {
    while (!(await this.#ask())) await sleep(AGAIN_MS);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#text = '';
  }

  async #ask(): Promise<boolean> {
    this.close();
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    this.#socket = socket;
    socket.setEncoding('latin1');
    const after = this.last === '' ? '' : `last-event-id: ${this.last}\r\n`;
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () =>
        socket.write(
          `GET ${this.#path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer ${this.#token}\r\n${after}\r\n`,
        ),
      );
      socket.on('data', (chunk: string) => {
        if (this.#socket !== socket) return;
        const begins = chunk.startsWith('HTTP/1.1 ');
        this.#read(begins ? chunk.slice(chunk.indexOf('\r\n\r\n') + 4) : chunk);
        // A new reader is told at once where it is.
        if (begins && !chunk.startsWith('HTTP/1.1 200')) resolve(false);
        else if (this.last !== '') resolve(true);
      });
    });
  }

  #read(chunk: string): void {
    const blocks = (this.#text + chunk).split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (\S+)$/m.exec(block)?.[1];
      if (id === undefined) continue;
      this.last = id;
      if (!block.startsWith('event: reset')) this.seen.push(id);
    }
  }
}

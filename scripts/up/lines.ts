import { StringDecoder } from 'node:string_decoder';

/** Characters of a line that people read; a program may write without ever ending one. */
const LONGEST = 2000;

/** Cuts a stream of bytes into lines, none of them longer than people read. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #see: (line: string) => void;
  readonly #longest: number;
  #rest = '';
  #left = false;

  /** @param longest characters of a line that are shown */
  constructor(see: (line: string) => void, longest = LONGEST) {
    this.#see = see;
    this.#longest = longest;
  }

  add(piece: Buffer | string): void {
    const lines = (typeof piece === 'string' ? piece : this.#decoder.write(piece)).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.#keep(line);
      this.#tell();
    }
    this.#keep(last);
  }

  /** There will be no more. */
  end(): void {
    if (this.#rest !== '') this.#tell();
  }

  #keep(text: string): void {
    const room = this.#longest - this.#rest.length;
    this.#left ||= text.length > room;
    this.#rest += text.slice(0, Math.max(0, room));
  }

  #tell(): void {
    this.#see(this.#rest.replace(/\r$/, '') + (this.#left ? ' …' : ''));
    this.#rest = '';
    this.#left = false;
  }
}

import { LIMITS } from '../contract/wire/index.ts';

/** A value, as `undefined` may be one. */
export interface Found {
  readonly value: unknown;
}

/** The end of what a program printed. Never holds more than `bytes` and one piece. */
export class Tail {
  readonly #bytes: number;
  readonly #pieces: Buffer[] = [];
  #size = 0;

  /** @param bytes how many of the last ones are kept at least; room for the longest result unless told otherwise */
  constructor(bytes: number = LIMITS.resultBytes) {
    this.#bytes = bytes;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    while (this.#pieces.length > 1 && this.#size - (this.#pieces[0]?.length ?? 0) > this.#bytes) {
      this.#size -= this.#pieces.shift()?.length ?? 0;
    }
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }
}

/**
 * The JSON that a program printed last: an object or a list that is the last line, or that begins with the last line whose first character is
 * its bracket. Other JSON, such as a number, is too likely to be something else.
 */
export function findLastJson(text: string): Found | undefined {
  const end = text.trimEnd();
  for (const start of [end.lastIndexOf('\n') + 1, lastLineWith('{', end), lastLineWith('[', end)]) {
    const found = start < 0 ? undefined : parseObject(end.slice(start));
    if (found !== undefined) return found;
  }
  return undefined;
}

function lastLineWith(bracket: string, text: string): number {
  const found = text.lastIndexOf(`\n${bracket}`);
  if (found >= 0) return found + 1;
  return text.startsWith(bracket) ? 0 : -1;
}

function parseObject(text: string): Found | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}

import type { LogEntry } from '../../../contract/wire/index.ts';

/** A row of a log: a line, a part of a long one, or a note of ours. */
export interface LogRow {
  readonly kind: LogEntry['stream'] | 'note';
  readonly text: string;

  /** When its first piece came; of lines only. */
  readonly at?: string;

  /** Whether it was sent by an attempt that had lost the task. */
  readonly late?: boolean;
}

/** Characters of a row; a longer line goes on in the next one. */
const WIDTH = 400;

/** How many rows are kept. Older ones are let go, and a note says so. */
const MOST = 50_000;

/** A log as rows, which grow at the end. Pieces may end anywhere within a line, and those of several streams may come in turn. */
export class LogRows {
  #rows: LogRow[] = [];
  #dropped = 0;
  #attempt = 0;
  /** Row of each stream that has no end yet. */
  readonly #open = new Map<string, number>();

  get count(): number {
    return this.#rows.length;
  }

  at(index: number): LogRow | undefined {
    return this.#rows[index];
  }

  /** Adds a piece of output. */
  add({ attempt, stream, text, at, late }: LogEntry): void {
    if (attempt !== this.#attempt) {
      this.#open.clear();
      if (this.#attempt > 0 || attempt > 1) this.note(`Attempt ${attempt}`);
      this.#attempt = attempt;
    }
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      this.#append({ kind: stream, text: line.replace(/\r$/, ''), at, late }, i === lines.length - 1);
    }
    if (this.#rows.length > MOST) this.#drop();
  }

  /** Adds a note. */
  note(text: string): void {
    this.#rows.push({ kind: 'note', text });
  }

  /** Forgets all. */
  clear(): void {
    this.#rows = [];
    this.#open.clear();
    this.#attempt = 0;
    this.#dropped = 0;
  }

  #append(row: LogRow, isOpen: boolean): void {
    const before = this.#open.get(row.kind);
    const begun = before === undefined ? undefined : this.#rows[before];
    // Nothing follows the last line end yet.
    if (begun === undefined && isOpen && row.text === '') return;
    const parts = cut((begun?.text ?? '') + row.text);
    const first = { ...(begun ?? row), text: parts[0] ?? '' };
    if (before === undefined) this.#rows.push(first);
    else this.#rows[before] = first;
    for (const text of parts.slice(1)) this.#rows.push({ ...row, text });
    if (!isOpen) this.#open.delete(row.kind);
    else this.#open.set(row.kind, parts.length === 1 && before !== undefined ? before : this.#rows.length - 1);
  }

  #drop(): void {
    const gone = Math.floor(MOST / 5);
    this.#dropped += gone;
    this.#rows = [
      { kind: 'note', text: `${this.#dropped} older rows are left out here; the API has them all, at /log of the task` },
      ...this.#rows.slice(gone + 1),
    ];
    for (const [stream, row] of this.#open) {
      if (row > gone) this.#open.set(stream, row - gone);
      else this.#open.delete(stream);
    }
  }
}

/** Cuts a long line, and no character in two. */
function cut(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const parts: string[] = [];
  for (let from = 0; from < line.length;) {
    const end = from + WIDTH;
    const to = /[\ud800-\udbff]/.test(line[end - 1] ?? '') ? end - 1 : end;
    parts.push(line.slice(from, to));
    from = to;
  }
  return parts;
}

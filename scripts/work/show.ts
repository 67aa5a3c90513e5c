import type { Question } from '../../controller/contract/wire/index.ts';
import { escapeControls } from '../escape-controls.ts';
import { type DataFormat, printData, printTable } from '../print.ts';
import { shellWord } from '../shell-word.ts';

/** How a command shows what it found. */
export interface ShowOptions {
  readonly output: DataFormat | 'table';
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Longest text in a cell of a table, in characters. */
const LONGEST = 60;

/** Shows data to programs, or by `forPeople`. */
export function show(data: unknown, { output }: ShowOptions, forPeople: () => void): void {
  if (output === 'table') forPeople();
  else printData(data, output);
}

/** Prints a table of what people, programs and models have written: none of it may steer the terminal, or fill it. */
export function showTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  printTable(
    head,
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? shorten(plain(cell)) : cell))),
  );
}

/** A text of others in one line, without what steers a terminal. */
export function plain(text: string): string {
  return escapeControls(text.replaceAll(/\s+/g, ' ').trim());
}

/** The beginning of a text, where it is long. */
export function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}

/** Enough of an id for people. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** How a question is answered: what follows the program's name. It is copied into a shell, and an agent has written its options. */
export function replyTo({ id, kind, options }: Pick<Question, 'id' | 'kind' | 'options'>): string {
  if (kind === 'approval') return `approve ${shortId(id)}`;
  const [option] = options ?? [];
  const answer = option === undefined ? '"…"' : `${option.startsWith('-') ? '-- ' : ''}${shellWord(option)}`;
  return plain(`answer ${shortId(id)} ${answer}`);
}

/** `3 min ago`. */
export function age(time: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < MINUTE) return `${seconds} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  return seconds < 2 * DAY ? `${Math.floor(seconds / HOUR)} h ago` : `${Math.floor(seconds / DAY)} days ago`;
}

/** An amount in millionths of a US dollar as `1.50 USD`; small ones keep their digits. */
export function money(micros: number): string {
  const digits = micros !== 0 && micros < 10_000 ? 6 : 2;
  return `${(micros / 1e6).toFixed(digits)} USD`;
}

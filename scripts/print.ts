import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import picocolors from 'picocolors';
import { escapeInQuotes, hasControls } from './escape-controls.ts';

const STANDARD_OUTPUT = 1;

/** Formats in which a command shows data to programs. */
export type DataFormat = 'json' | 'yaml';

/** How this program is called here, for advice that can be copied. */
export const COMMAND = process.env['npm_lifecycle_event'] === undefined ? 'fleetwright' : 'npm run -s fleetwright --';

/** Colours of standard output: off in pipes and under `NO_COLOR`, on under `FORCE_COLOR`. @see https://no-color.org */
export const paint = picocolors.createColors(hasColors());

/** What stands before something that is new, different or gone. */
export const MARKS = { added: paint.green('+'), changed: paint.yellow('~'), removed: paint.red('-') };

function hasColors(): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isatty(STANDARD_OUTPUT) && TERM !== 'dumb';
}

/** Writes a line to standard output. */
export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a line to standard error, for what is not the answer that was asked for. */
export function printAside(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes data for programs to standard output. What steers a terminal is in escapes, as people look at it too. */
export function printData(data: unknown, format: DataFormat): void {
  if (format === 'json') return print(escapeInQuotes(JSON.stringify(data, undefined, 2), format));
  const { Document, Scalar, visit } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && hasControls(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  process.stdout.write(escapeInQuotes(document.toString(), format));
}

/** Writes a table without borders to standard output. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const Table = createRequire(import.meta.url)('cli-table3') as typeof import('cli-table3');
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const inner = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const table = new Table({
    head: head.map((title) => paint.bold(title)),
    chars: { ...none, ...inner },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((_, i) => (rows.every((row) => typeof row[i] === 'number') ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map(String));
  const lines = table.toString().split('\n');
  print(lines.map((line) => line.trimEnd()).join('\n'));
}

/** `1 file`, `2 files`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

import { createRequire } from 'node:module';
import picocolors from 'picocolors';

/** Formats in which a command shows data to programs. */
export type DataFormat = 'json' | 'yaml';

/** Colours of standard output: off in pipes and under `NO_COLOR`, on under `FORCE_COLOR`. @see https://no-color.org */
export const paint = picocolors.createColors(
  !process.env['NO_COLOR'] && (Boolean(process.env['FORCE_COLOR']) || (process.stdout.isTTY && process.env['TERM'] !== 'dumb')),
);

/** Writes a line to standard output. */
export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Writes data for programs to standard output. */
export function printData(data: unknown, format: DataFormat): void {
  if (format === 'json') return print(JSON.stringify(data, undefined, 2));
  const { stringify } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  process.stdout.write(stringify(data));
}

/** Writes a table without borders to standard output. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const Table = createRequire(import.meta.url)('cli-table3') as typeof import('cli-table3');
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' };
  const inner = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const table = new Table({
    head: head.map((title) => paint.bold(title)),
    chars: { ...none, ...inner },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((_, i) => (rows.every((row) => typeof row[i] === 'number') ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map(String));
  print(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

import { readFileSync, writeFileSync } from 'node:fs';
import type { Caught } from './catch.ts';

const BEGIN = '<!-- faults, by npm run harness -- --faults --write -->';
const END = '<!-- end of faults -->';
const HEAD = ['Fault', 'What goes wrong', 'Caught by', 'Seconds'] as const;

/** What the harness caught, as a Markdown table. */
export function formatFaults(all: readonly Caught[]): string {
  const rows: (readonly string[])[] = [
    HEAD,
    ...all.map(({ fault, promises, seconds }) => {
      const others = promises.filter((promise) => promise !== fault.caughtBy);
      const by = promises.includes(fault.caughtBy) ? [`**${fault.caughtBy}**`, ...others].join(', ') : `not caught (${others.join(', ')})`;
      return [`\`${fault.name}\``, fault.breaks, by, seconds.toFixed(0)];
    }),
  ];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...lines] = rows.map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines].join('\n');
}

/** Puts the table into the document, between its two marks. */
export function writeFaults(file: string, all: readonly Caught[]): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${file} must hold the lines '${BEGIN}' and '${END}'`);
  writeFileSync(file, `${text.slice(0, begin)}${BEGIN}\n\n${formatFaults(all)}\n\n${text.slice(end)}`);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Shapes } from './check.ts';
import type { GateResult } from './gate.ts';
import type { Plan } from './plan.ts';

const BEGIN = '<!-- results of npm run bench -- synth --write -->';
const END = '<!-- end of results -->';
const HEAD = ['Gate', 'Measured', 'Limit', '', 'From'] as const;

/** The results as a Markdown table, with what they were measured on. */
export function formatResults(plan: Plan, shapes: Shapes, results: readonly GateResult[]): string {
  const rows = [HEAD, ...results.map(({ gate, measured, limit, verdict, from }) => [gate, measured, limit, verdict, from])];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...lines] = rows.map((cells) => formatRow(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [describeMachine(plan), '', describeFleet(shapes), '', head, formatRow(widths.map((width) => '-'.repeat(width))), ...lines].join(
    '\n',
  );
}

function formatRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Puts the results into the README, between its two marks. */
export function writeReadme(file: string, results: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${file} must hold the lines '${BEGIN}' and '${END}'`);
  writeFileSync(file, `${text.slice(0, begin)}${BEGIN}\n\n${results}\n\n${text.slice(end)}`);
}

function describeMachine({ agents, quick }: Plan): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const kind = quick ? 'quick run' : 'full run';
  return `${kind[0]?.toUpperCase()}${kind.slice(1)} of ${agents} agents on ${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${memory} GiB, Node.js ${process.version}.`;
}

function describeFleet({ ours, plus }: Shapes): string {
  return `An agent is ${ours.objects} objects with ${ours.leaves} values in ours and in \`json\`, ${plus.objects} with ${plus.leaves} in \`plus\`.`;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Shapes } from './check.ts';
import type { GateResult } from './gate.ts';
import type { Plan } from './plan.ts';

/** A benchmark with a place in the README. */
export type BenchName = 'dispatch' | 'synth' | 'toolkit';

const HEAD = ['Gate', 'Measured', 'Limit', '', 'From'] as const;

/** The results of `synth`, with what they were measured on. */
export function formatSynth({ agents, quick }: Plan, shapes: Shapes, results: readonly GateResult[]): string {
  return [`${runOf(quick)} of ${agents} agents on ${describeMachine()}`, '', describeFleet(shapes), '', formatTable(results)].join('\n');
}

/** The results of another benchmark, with what they were measured on. */
export function formatGates(quick: boolean, results: readonly GateResult[]): string {
  return [`${runOf(quick)} on ${describeMachine()}`, '', formatTable(results)].join('\n');
}

function formatTable(results: readonly GateResult[]): string {
  const rows = [HEAD, ...results.map(({ gate, measured, limit, verdict, from }) => [gate, measured, limit, verdict, from])];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...lines] = rows.map((cells) => formatRow(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, formatRow(widths.map((width) => '-'.repeat(width))), ...lines].join('\n');
}

function formatRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Puts the results into the README, between the two marks of the benchmark. */
export function writeReadme(file: string, bench: BenchName, results: string): void {
  const text = readFileSync(file, 'utf8');
  const marks = [`<!-- results of npm run bench -- ${bench} --write -->`, `<!-- end of ${bench} -->`] as const;
  const [begin, end] = [text.indexOf(marks[0]), text.indexOf(marks[1])];
  if (begin === -1 || end < begin) throw new Error(`${file} must hold the lines '${marks[0]}' and '${marks[1]}'`);
  writeFileSync(file, `${text.slice(0, begin)}${marks[0]}\n\n${results}\n\n${text.slice(end)}`);
}

function runOf(quick: boolean): string {
  return quick ? 'Quick run' : 'Full run';
}

function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${memory} GiB, Node.js ${process.version}.`;
}

function describeFleet({ ours, plus }: Shapes): string {
  return `An agent is ${ours.objects} objects with ${ours.leaves} values in ours and in \`json\`, ${plus.objects} with ${plus.leaves} in \`plus\`.`;
}

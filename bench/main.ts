import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPrograms } from './check.ts';
import { dispatchGates } from './dispatch/dispatch-bench.ts';
import type { GateResult } from './gate.ts';
import { coldGates } from './gates/cold.ts';
import { growthGates } from './gates/growth.ts';
import { incrementGates } from './gates/increments.ts';
import { startGates } from './gates/start.ts';
import type { Plan } from './plan.ts';
import { type BenchName, formatGates, formatSynth, writeReadme } from './report.ts';
import { toolkitGates } from './toolkit/toolkit-bench.ts';

const USAGE = `Usage: npm run bench -- synth [--quick] [--rounds <n>] [--write]
       npm run bench -- toolkit [--rounds <n>] [--write]
       npm run bench -- dispatch [--quick] [--write]

  --quick       synth: 2,000 agents, without growth and memory; dispatch: without a million tasks and ten thousand readers
  --rounds <n>  how often each program of synth and toolkit is run: 5 when left out
  --write       put the results into bench/README.md
`;

const README = join(import.meta.dirname, 'README.md');

process.exitCode = await main();

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      write: { type: 'boolean', default: false },
    },
  });
  const { quick, write } = values;
  const rounds = Number(values.rounds);
  const bench = positionals.join();
  if (bench === 'dispatch') return benchGates('dispatch', dispatchGates(quick), { quick, write });
  if (bench !== 'synth' && bench !== 'toolkit') {
    process.stderr.write(USAGE);
    return 2;
  }
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fleetwright-bench-'));
  try {
    if (bench === 'toolkit') return await benchGates('toolkit', toolkitGates(folder, rounds), { quick: false, write });
    return benchSynth({ folder, quick, agents: quick ? 2000 : 10_000, rounds, slowRounds: quick ? 3 : 2 }, write);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchSynth(plan: Plan, write: boolean): number {
  const shapes = checkPrograms(plan.folder);
  const results: GateResult[] = [];
  for (const result of synthGates(plan, shapes.ours.objects)) results.push(told(result));
  const table = formatSynth(plan, shapes, results);
  process.stdout.write(`\n${table}\n`);
  if (write) writeReadme(README, 'synth', table);
  return exitCodeOf(results);
}

interface Flags {
  readonly quick: boolean;
  readonly write: boolean;
}

async function benchGates(bench: BenchName, gates: AsyncIterable<GateResult>, { quick, write }: Flags): Promise<number> {
  const results: GateResult[] = [];
  for await (const result of gates) results.push(told(result));
  const table = formatGates(quick, results);
  process.stdout.write(`\n${table}\n`);
  if (write) writeReadme(README, bench, table);
  return exitCodeOf(results);
}

function told(result: GateResult): GateResult {
  process.stderr.write(`${result.verdict.padEnd(22)} ${result.gate}: ${result.measured} (${result.limit}) ${result.from}\n`);
  return result;
}

function exitCodeOf(results: readonly GateResult[]): number {
  return results.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
}

function* synthGates(plan: Plan, objectsPerAgent: number): Generator<GateResult> {
  yield* coldGates(plan);
  if (!plan.quick) yield* growthGates(plan, objectsPerAgent);
  yield* incrementGates(plan);
  yield* startGates(plan);
}

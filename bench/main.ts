import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPrograms } from './check.ts';
import type { GateResult } from './gate.ts';
import { coldGates } from './gates/cold.ts';
import { growthGates } from './gates/growth.ts';
import { incrementGates } from './gates/increments.ts';
import { startGates } from './gates/start.ts';
import type { Plan } from './plan.ts';
import { formatResults, writeReadme } from './report.ts';

const USAGE = `Usage: npm run bench -- synth [--quick] [--rounds <n>] [--write]

  --quick       2,000 agents, without growth and memory
  --rounds <n>  how often each program is run: 5 when left out
  --write       put the results into bench/README.md
`;

process.exitCode = main();

function main(): number {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      write: { type: 'boolean', default: false },
    },
  });
  if (positionals.join() !== 'synth') {
    process.stderr.write(USAGE);
    return 2;
  }
  const { quick, write } = values;
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fleetwright-bench-'));
  try {
    return run({ folder, quick, agents: quick ? 2000 : 10_000, rounds: Number(values.rounds), slowRounds: quick ? 3 : 2 }, write);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(plan: Plan, write: boolean): number {
  const shapes = checkPrograms(plan.folder);
  const results: GateResult[] = [];
  for (const result of allGates(plan, shapes.ours.objects)) {
    results.push(result);
    process.stderr.write(`${result.verdict.padEnd(22)} ${result.gate}: ${result.measured} (${result.limit}) ${result.from}\n`);
  }
  const table = formatResults(plan, shapes, results);
  process.stdout.write(`\n${table}\n`);
  if (write) writeReadme(join(import.meta.dirname, 'README.md'), table);
  return results.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
}

function* allGates(plan: Plan, objectsPerAgent: number): Generator<GateResult> {
  yield* coldGates(plan);
  if (!plan.quick) yield* growthGates(plan, objectsPerAgent);
  yield* incrementGates(plan);
  yield* startGates(plan);
}

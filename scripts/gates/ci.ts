import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { print } from '../print.ts';
import { runCommand } from './run-command.ts';
import { addCounts, countTests, countTierTests, type TestCounts } from './test-counts.ts';

const ROOT = dirname(dirname(import.meta.dirname));

/** The tiers that need no more than a machine with Node.js; the others need network namespaces or Python. */
const TIERS = ['api', 'control'];

/** What a machine that knows nothing runs, in this order. Each goes on where the one before failed: all failures are shown at once. */
interface Job {
  readonly command: readonly string[];
  /** Reads how many tests ran. Jobs without it run none. */
  readonly count?: () => TestCounts | undefined;
}

process.exitCode = await runAll();

async function runAll(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-ci-'));
  try {
    return await runJobs(jobsWritingTo(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function jobsWritingTo(folder: string): Job[] {
  const unit = join(folder, 'unit.json');
  return [
    {
      command: ['npm', 'test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
      count: () => countTests(unit),
    },
    { command: ['npm', 'run', 'check', '--', '--skip', 'tests'] },
    ...TIERS.map((tier): Job => {
      const file = join(folder, `${tier}.json`);
      return { command: ['npm', 'run', `e2e:${tier}`, '--', '--report', file], count: () => countTierTests(file) };
    }),
  ];
}

/** The last line names the tests that ran. It is left out when it would not be the whole truth. */
async function runJobs(jobs: readonly Job[]): Promise<number> {
  const failures: string[] = [];
  const counts: TestCounts[] = [];
  for (const { command, count } of jobs) {
    const name = command.slice(0, command[1] === 'run' ? 3 : 2).join(' ');
    print(`\n=== ${command.join(' ')}`);
    const begin = performance.now();
    const { code } = await runCommand(command, { root: ROOT, isShown: true });
    print(`=== ${name} ended with ${code ?? 'a signal'} after ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    const counted = count?.();
    if (counted !== undefined) counts.push(counted);
    else if (count !== undefined) failures.push(`${name} did not run all its tests`);
    if (code !== 0 && (counted?.failed ?? 0) === 0) failures.push(`${name} failed`);
  }
  return report(addCounts(counts), failures);
}

function report({ passed, failed }: TestCounts, failures: readonly string[]): number {
  print();
  for (const failure of failures) print(failure);
  if (failures.length === 0) print(`${passed} passed, ${failed} failed`);
  return failed === 0 && failures.length === 0 ? 0 : 1;
}

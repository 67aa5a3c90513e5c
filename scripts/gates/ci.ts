import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { print } from '../print.ts';
import { runCommand } from './run-command.ts';
import { addCounts, countTests, countTierTests, type TestCounts } from './test-counts.ts';

const ROOT = dirname(dirname(import.meta.dirname));

/** The tiers that need no more than a machine with Node.js; the others need network namespaces, Python, Pulumi, gigabytes or much time. */
const TIERS = ['package', 'api', 'control', 'factory', 'up', 'web'];

/** A command that is run. The next one is run also when it fails, so that a run shows all that is wrong. */
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

/** The last line counts the tests that ran. It is left out when it would not be the whole truth. */
async function runJobs(jobs: readonly Job[]): Promise<number> {
  const failures: string[] = [];
  const counts: TestCounts[] = [];
  for (const job of jobs) {
    const name = job.command.slice(0, job.command[1] === 'run' ? 3 : 2).join(' ');
    const code = await runJob(name, job);
    const counted = job.count?.();
    if (counted !== undefined) counts.push(counted);
    // Failed tests are counted; every other failure has to be said.
    if (counted === undefined && job.count !== undefined) failures.push(`${name} did not run all its tests`);
    else if (code !== 0 && (counted?.failed ?? 0) === 0) failures.push(`${name} failed`);
  }
  return report(addCounts(counts), failures);
}

async function runJob(name: string, { command }: Job): Promise<number | null> {
  print(`\n=== ${command.join(' ')}`);
  const begin = performance.now();
  const { code } = await runCommand(command, { root: ROOT, isShown: true });
  print(`=== ${name} ended with ${code ?? 'a signal'} after ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return code;
}

function report({ passed, failed }: TestCounts, failures: readonly string[]): number {
  print();
  if (failures.length === 0) print(`${passed} passed, ${failed} failed`);
  else for (const failure of [...(failed === 0 ? [] : [`${failed} of ${passed + failed} tests failed`]), ...failures]) print(failure);
  return failed === 0 && failures.length === 0 ? 0 : 1;
}

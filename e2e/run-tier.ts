import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBinaries, type BuiltBinary, downloadModule, findGo, kwokModule, runCommand } from './binaries/index.ts';
import { fetchCustomResources, type RunFolder } from './cluster/index.ts';
import type { TierResult } from './report.ts';
import { takeMeasurements, writeSession } from './session.ts';
import type { Tier } from './tiers.ts';

/** What the tiers of a run share. */
export interface TierContext {
  /** Root of the repository. */
  readonly root: string;
  readonly run: RunFolder;
  /** Root of the rendered tree. */
  readonly tree: string;
  /** Grows with every tier. */
  readonly built: BuiltBinary[];
  readonly log: (line: string) => void;
}

/**
 * Builds what a tier needs and runs its tests. A tier that cannot be prepared has failed: it has shown nothing. One whose program
 * nobody can fetch here is not run, and the table says so.
 */
export async function runTier(tier: Tier, context: TierContext): Promise<TierResult> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  if (tier.program !== undefined && (await runCommand(tier.program, ['version'])).code !== 0) {
    const reason = `${tier.program} is not on the PATH`;
    return { tier, outcome: 'not run', tests: 0, passed: 0, seconds: seconds(), measurements: [], reason };
  }
  try {
    await prepare(tier, context);
  } catch (error) {
    return { tier, outcome: 'failed', tests: 0, passed: 0, seconds: seconds(), measurements: [], reason: (error as Error).message };
  }
  const counts = await runTests(tier, context);
  const reasons = whyFailed(counts, context.run.killProcesses());
  const { tests, passed } = counts;
  const outcome = reasons.length === 0 ? 'passed' : 'failed';
  return { tier, outcome, tests, passed, seconds: seconds(), measurements: takeMeasurements(context.run), reason: reasons.join('; ') };
}

async function prepare(tier: Tier, { root, run, tree, built, log }: TierContext): Promise<void> {
  if (tier.binaries.length === 0) return writeSession(run, { tree, binaries: {}, kwokModule: '', customResources: [] });
  const go = await findGo(log);
  const missing = tier.binaries.filter((name) => !built.some((binary) => binary.name === name));
  built.push(...(await buildBinaries({ go, root, names: missing, log })));

  log('fetching the definitions of custom resources …');
  const customResources = await fetchCustomResources(go.command);
  const kwok = await downloadModule(go.command, kwokModule.module, kwokModule.version);
  const binaries = Object.fromEntries(built.filter(({ name }) => tier.binaries.includes(name)).map(({ name, path }) => [name, path]));
  writeSession(run, { tree, binaries, kwokModule: kwok.dir, customResources });
}

interface TestCounts {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  /** Whether the test runner itself was content. */
  readonly success: boolean;
}

function whyFailed({ tests, passed, failed, success }: TestCounts, leaked: readonly string[]): string[] {
  const reasons: string[] = [];
  if (tests === 0) reasons.push('no test ran');
  if (failed > 0) reasons.push(`${failed} of ${tests} tests failed`);
  if (tests > passed + failed) reasons.push(`${tests - passed - failed} of ${tests} tests did not run`);
  if (leaked.length > 0) reasons.push(`left running: ${leaked.join('; ')}`);
  if (reasons.length === 0 && !success) reasons.push('the test runner reports an error outside of the tests');
  return reasons;
}

async function runTests(tier: Tier, { root, run }: TierContext): Promise<TestCounts> {
  const output = join(run.path, `${tier.name}.json`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['--config=e2e/vitest.config.ts', '--reporter=verbose', '--reporter=json', `--outputFile.json=${output}`];
  const child = spawn(process.execPath, [vitest, 'run', ...options, `e2e/${tier.name}/`], {
    cwd: root,
    env: { ...process.env, ...run.environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  if (!existsSync(output)) return { tests: 0, passed: 0, failed: 0, success: false };
  const counts = JSON.parse(readFileSync(output, 'utf8')) as Record<'numTotalTests' | 'numFailedTests' | 'numPassedTests', number>;
  const { numTotalTests: tests, numFailedTests: failed, numPassedTests: passed } = counts;
  return { tests, passed, failed, success: code === 0 };
}

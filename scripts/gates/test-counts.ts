import { existsSync, readFileSync } from 'node:fs';

/** How many tests ran, and how they ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** What the test runner writes with its JSON reporter. */
interface RunnerReport {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** What `e2e/run.ts --report` writes: a line for each tier. */
interface TierReport {
  readonly tests: number;
  readonly passed: number;
}

/**
 * Counts from the JSON report of the test runner. A test that was skipped has not passed. Nothing when the run wrote no report, or
 * when a file of tests could not be loaded.
 */
export function countTests(file: string): TestCounts | undefined {
  if (!existsSync(file)) return undefined;
  const { numTotalTests, numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as RunnerReport;
  if (testResults.some(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)) return undefined;
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests };
}

/** Counts from the report of the end-to-end tests. Nothing when the run wrote no report, or a tier ran no test. */
export function countTierTests(file: string): TestCounts | undefined {
  if (!existsSync(file)) return undefined;
  const tiers = JSON.parse(readFileSync(file, 'utf8')) as readonly TierReport[];
  if (tiers.some(({ tests }) => tests === 0)) return undefined;
  const passed = tiers.reduce((sum, tier) => sum + tier.passed, 0);
  return { passed, failed: tiers.reduce((sum, tier) => sum + tier.tests, 0) - passed };
}

/** The sum of several counts. */
export function addCounts(counts: readonly TestCounts[]): TestCounts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

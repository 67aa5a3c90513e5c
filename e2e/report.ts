import Table from 'cli-table3';
import type { BuiltBinary } from './binaries/index.ts';
import type { Measurement } from './session.ts';
import type { Tier } from './tiers.ts';

/** How a tier ended. There is no "skipped": what was not shown has failed. */
export interface TierResult {
  readonly tier: Tier;
  readonly outcome: 'passed' | 'failed';
  readonly tests: number;
  readonly passed: number;
  readonly seconds: number;
  /** Why it failed; empty when it passed. */
  readonly reason: string;
}

/** Everything worth knowing about a run. */
export interface Report {
  readonly built: readonly BuiltBinary[];
  readonly measurements: readonly Measurement[];
  readonly results: readonly TierResult[];
}

/** Prints what was built, what was measured, and how each tier ended. */
export function printReport({ built, measurements, results }: Report): void {
  print(
    ['binary', 'version', 'cache', 'build s'],
    built.map(({ name, version, cache, seconds }) => [name, version, cache, seconds.toFixed(1)]),
  );
  print(['', ...columnsOf(measurements)], rowsOf(measurements));
  print(
    ['tier', 'result', 'tests', 'passed', 'seconds', 'shows'],
    results.map(({ tier, outcome, tests, passed, seconds }) => [
      tier.name,
      outcome.toUpperCase(),
      tests,
      passed,
      seconds.toFixed(0),
      tier.shows,
    ]),
  );
  for (const { tier, outcome, reason } of results) {
    if (outcome === 'failed') console.error(`e2e: tier ${tier.name} FAILED: ${reason}`);
  }
}

function columnsOf(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.map(({ what }) => what))];
}

function rowsOf(measurements: readonly Measurement[]): (string | number)[][] {
  const columns = columnsOf(measurements);
  const subjects = [...new Set(measurements.map(({ subject }) => subject))];
  const valueOf = (subject: string, what: string) =>
    measurements.find((each) => each.subject === subject && each.what === what)?.value ?? '';
  return subjects.map((subject) => [subject, ...columns.map((what) => valueOf(subject, what))]);
}

function print(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  if (rows.length === 0) return;
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => [...row]));
  console.log(table.toString());
}

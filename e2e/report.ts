import Table from 'cli-table3';
import type { BuiltBinary } from './binaries/index.ts';
import type { Measurement } from './session.ts';
import type { Tier } from './tiers.ts';

/** How a tier ended. There is no "skipped" test: what was not shown has failed. A whole tier is not run where its program is not to be had. */
export interface TierResult {
  readonly tier: Tier;
  readonly outcome: 'passed' | 'failed' | 'not run';
  readonly tests: number;
  readonly passed: number;
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
  /** Why it failed or did not run; empty when it passed. */
  readonly reason: string;
}

/** Prints what was built, what each tier measured, and how it ended. */
export function printReport(built: readonly BuiltBinary[], results: readonly TierResult[]): void {
  print(
    ['binary', 'version', 'cache', 'build s'],
    built.map(({ name, version, cache, seconds }) => [name, version, cache, seconds.toFixed(1)]),
  );
  for (const { tier, measurements } of results) print([tier.name, ...columnsOf(measurements)], rowsOf(measurements));
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
    if (outcome !== 'passed') console.error(`e2e: tier ${tier.name} ${outcome.toUpperCase()}: ${reason}`);
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

import { reportFindings, toSarif } from '../policies/index.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { type DataFormat, paint, print, printData } from './print.ts';
import { coveredPaths, treeEntries } from './tree-entries.ts';
import { diffTree } from './tree/index.ts';
import { readVersion } from './version.ts';

/** Options of `fleetwright check`. */
export interface CheckOptions extends SelectionOptions {
  /** The rendered tree. */
  readonly out: string;
  readonly output: DataFormat | 'sarif' | 'table';
}

/**
 * Judges fleets by all rules, on the day it is called, and compares them with the rendered tree. Trusts no cache.
 * Answers 0 when no error was found and the tree is up to date, else 1.
 */
export async function check({ out, output, ...selection }: CheckOptions): Promise<number> {
  const fleets = await loadFleets(selection);
  const judgement = new Judgement(fleets, new Date().toISOString().slice(0, 10));
  const { findings } = judgement;
  const hasErrors = () => findings.some(({ severity }) => severity === 'error');
  // What does not hold for the description cannot be rendered.
  const stale = hasErrors() ? [] : staleFiles(diffTree(treeEntries(fleets, judgement), { root: out, ...coveredPaths(fleets, selection) }));

  if (output === 'sarif') print(JSON.stringify(toSarif(findings, readVersion()), undefined, 2));
  else if (output === 'table') printResult(findings, stale, out);
  else printData({ findings, stale }, output);
  return hasErrors() || stale.length > 0 ? 1 : 0;
}

function staleFiles({ added, changed, removed }: ReturnType<typeof diffTree>): string[] {
  return [...added, ...changed, ...removed].sort();
}

function printResult(findings: Parameters<typeof reportFindings>[0], stale: readonly string[], out: string): void {
  print(reportFindings(findings));
  if (stale.length === 0) return print(paint.green(`\n${out} is what the stacks say.`));
  print(paint.red(`\n${stale.length} files in ${out} are not what the stacks say: ${stale.slice(0, 5).join(', ')}${stale.length > 5 ? ' …' : ''}`));
  print("Next: run 'fleetwright synth' and commit what it writes.");
}

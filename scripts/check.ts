import { type Finding, reportFindings, toSarif } from '../policies/index.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { COMMAND, type DataFormat, paint, plural, print, printAside, printData } from './print.ts';
import { coveredPaths, treeEntries } from './tree-entries.ts';
import { diffTree } from './tree/index.ts';
import { readVersion } from './version.ts';

/** Options of `fleetwright check`. */
export interface CheckOptions extends SelectionOptions {
  /** The rendered tree. */
  readonly out: string;
  readonly output: DataFormat | 'sarif' | 'table';
}

interface Result {
  readonly findings: readonly Finding[];
  /** Files of the rendered tree that are not what the stacks say; left out when the tree could not be compared. */
  readonly stale?: readonly string[];
}

const MOST_FILES = 5;

/**
 * Judges fleets by all rules, on the day it is called, and compares them with the rendered tree. Trusts no cache.
 * Answers 0 when no error was found and the tree is up to date, else 1.
 */
export async function check({ out, output, ...selection }: CheckOptions): Promise<number> {
  const fleets = await loadFleets(selection);
  const judgement = new Judgement(fleets, new Date().toISOString().slice(0, 10));
  const compare = () => diffTree(treeEntries(fleets, judgement), { root: out, ...coveredPaths(fleets, selection) });
  // A fleet that breaks rules cannot be rendered.
  const changes = judgement.hasErrors ? undefined : compare();
  const { findings } = judgement;
  const stale = changes && [...changes.added, ...changes.changed, ...changes.removed].sort();
  if (output === 'json' || output === 'yaml') printData({ findings, stale } satisfies Result, output);
  else if (output === 'sarif') printSarif(findings, describeTree(out, stale));
  else print(`${reportFindings(findings)}\n\n${describeTree(out, stale)}`);
  return judgement.hasErrors || stale?.length !== 0 ? 1 : 0;
}

/** Code scanning has no place for what is wrong with the tree. */
function printSarif(findings: readonly Finding[], tree: string): void {
  print(JSON.stringify(toSarif(findings, readVersion()), undefined, 2));
  printAside(tree);
}

function describeTree(out: string, stale: readonly string[] | undefined): string {
  if (stale === undefined) return `${out} was not compared: what breaks rules cannot be rendered.`;
  if (stale.length === 0) return paint.green(`${out} is what the stacks say.`);
  const files = `${stale.slice(0, MOST_FILES).join(', ')}${stale.length > MOST_FILES ? ' …' : ''}`;
  const text = `${plural(stale.length, 'file')} in ${out} ${stale.length === 1 ? 'is' : 'are'} not what the stacks say: ${files}`;
  return `${paint.red(text)}\nNext: run '${COMMAND} synth' and commit what it writes.`;
}

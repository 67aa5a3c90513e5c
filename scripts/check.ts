import { orgParts, ownFingerprint } from '../charts/index.ts';
import { Dispatcher, type Fleet } from '../constructs/index.ts';
import { type Finding, reportFindings, toSarif } from '../policies/index.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { COMMAND, type DataFormat, paint, plural, print, printAside, printData } from './print.ts';
import { invalidStack } from './stack.ts';
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
 * Judges fleets by all rules, on the day it is called, and compares them with the rendered tree. Trusts no cache, and no stack
 * to say the same twice.
 * Answers 0 when no error was found and the tree is up to date, else 1.
 */
export async function check({ out, output, ...selection }: CheckOptions): Promise<number> {
  const fleets = await loadFleets(selection, { fresh: true });
  const judgement = new Judgement(fleets, { today: new Date().toISOString().slice(0, 10) });
  const compare = () => diffTree(treeEntries(fleets, judgement), { root: out, ...coveredPaths(fleets, selection) });
  await refuseUnsteady(fleets, selection);
  // A fleet that breaks rules cannot be rendered.
  const changes = judgement.hasErrors ? undefined : compare();
  const { findings } = judgement;
  const stale = changes && [...changes.added, ...changes.changed, ...changes.removed].sort();
  if (output === 'json' || output === 'yaml') printData({ findings, stale } satisfies Result, output);
  else if (output === 'sarif') printSarif(findings, describeTree(out, stale));
  else print(`${reportFindings(findings)}\n\n${describeTree(out, stale)}`);
  return judgement.hasErrors || stale?.length !== 0 ? 1 : 0;
}

/** Builds each org once more, with no other beside it: what a stack says must not depend on chance, time, machine or other stacks. */
async function refuseUnsteady(fleets: readonly Fleet[], selection: SelectionOptions): Promise<void> {
  const [once, again] = [describeFiles(fleets), describeFiles(await loadFleets(selection, { alone: true }))];
  const file = [...once.keys(), ...again.keys()].find((name) => once.get(name) !== again.get(name));
  if (file === undefined) return;
  const stack = `stacks/${file.split('/')[1]}.ts`;
  throw invalidStack(
    `${stack} says something else when it runs again on its own, for one in ${file}: a stack depends on its environment alone, not on chance, time, this machine or other stacks`,
  );
}

function describeFiles(fleets: readonly Fleet[]): Map<string, string> {
  const orgs = fleets.flatMap((fleet) => fleet.orgs);
  const files = new Map<string, string>();
  for (const part of orgs.flatMap(orgParts)) if (!(part.construct instanceof Dispatcher)) files.set(part.file, part.fingerprint);
  // Its file tells of all orgs, but its stack does not.
  for (const part of orgs.flatMap(({ children }) => children))
    if (part instanceof Dispatcher) files.set(part.node.path, ownFingerprint(part));
  return files;
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

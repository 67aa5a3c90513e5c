import { relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Agent, type Fleet, Model, Tool } from '../constructs/index.ts';
import { reportFindings } from '../policies/index.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { type DataFormat, paint, print, printData, printTable } from './print.ts';
import { coveredPaths, treeEntries } from './tree-entries.ts';
import { diffTree, OutputTree, type TreeChanges } from './tree/index.ts';

/** Options of `fleetwright synth`. */
export interface SynthOptions extends SelectionOptions {
  /** The rendered tree. */
  readonly out: string;
  /** Judge and compare, but write nothing. */
  readonly dryRun?: boolean;
  /** Render everything again instead of trusting the cache. */
  readonly verify?: boolean;
  readonly output: DataFormat | 'table';
}

const MOST_FILES = 12;
const MARKS = { added: paint.green('+'), changed: paint.yellow('~'), removed: paint.red('-') };

/** Renders fleets, judges them, and writes the tree. Answers with the exit code. */
export async function synth(options: SynthOptions): Promise<number> {
  const started = performance.now();
  const fleets = await loadFleets(options);
  const judgement = new Judgement(fleets);
  judgement.refuseErrors();
  const changes = options.dryRun ? preview(fleets, judgement, options) : write(fleets, judgement, options);
  if (judgement.findings.length > 0) process.stderr.write(`${reportFindings(judgement.findings)}\n\n`);
  if (options.output === 'table') report(fleets, changes, options, performance.now() - started);
  else printData(changes, options.output);
  return 0;
}

function write(fleets: readonly Fleet[], judgement: Judgement, { out, org, env, verify = false }: SynthOptions): TreeChanges {
  const tree = OutputTree.open({ root: out, cacheFile: cacheFileOf(out) });
  try {
    const changes = tree.stage(treeEntries(fleets, judgement), { ...coveredPaths(fleets, { org, env }), verify });
    judgement.refuseErrors();
    tree.commit();
    return changes;
  } finally {
    tree.close();
  }
}

function preview(fleets: readonly Fleet[], judgement: Judgement, { out, org, env, verify = false }: SynthOptions): TreeChanges {
  const changes = diffTree(treeEntries(fleets, judgement), { root: out, cacheFile: cacheFileOf(out), ...coveredPaths(fleets, { org, env }), verify });
  judgement.refuseErrors();
  return changes;
}

/** Each tree has a cache of its own, in the working directory. */
function cacheFileOf(out: string): string {
  return `.cache/synth/${encodeURIComponent(relative(process.cwd(), out) || '.')}`;
}

function report(fleets: readonly Fleet[], changes: TreeChanges, { out, dryRun = false }: SynthOptions, milliseconds: number): void {
  printTable(
    ['ENVIRONMENT', 'ORGS', 'AGENTS', 'TOOLS', 'MODELS', 'FILES'],
    fleets.map((fleet) => [fleet.environment.name, fleet.orgs.length, ...countParts(fleet), countFiles(changes, fleet.environment.name)]),
  );
  print();
  const lines = (['added', 'changed', 'removed'] as const).flatMap((kind) => changes[kind].map((file) => `${MARKS[kind]} ${out}/${file}`));
  for (const line of lines.slice(0, MOST_FILES)) print(line);
  if (lines.length > MOST_FILES) print(`  and ${lines.length - MOST_FILES} more`);
  for (const file of changes.edited) print(paint.yellow(`! ${out}/${file} had been edited by hand; ${dryRun ? 'that would be undone' : 'that was undone'}`));
  const { added, changed, removed, unchanged } = changes;
  const time = `${Math.round(milliseconds)} ms`;
  print(`${dryRun ? 'Would be' : 'Now'} ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged.length} unchanged, in ${time}.`);
  if (lines.length === 0) print('Nothing to do: the tree is up to date.');
  else if (dryRun) print(`Next: run it without --dry-run.`);
  else print(`Next: read 'git diff ${out}', then commit it; Argo CD applies what is merged.`);
}

function countParts(fleet: Fleet): number[] {
  const parts = fleet.orgs.flatMap((org) => org.node.children);
  return [Agent, Tool, Model].map((type) => parts.filter((part) => part instanceof type).length);
}

function countFiles({ added, changed, unchanged }: TreeChanges, environment: string): number {
  return [...added, ...changed, ...unchanged].filter((file) => file.startsWith(`${environment}/`)).length;
}

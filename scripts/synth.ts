import { relative, resolve } from 'node:path';
import type { Fleet } from '../constructs/index.ts';
import { reportFindings } from '../policies/index.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { type DataFormat, printAside, printData } from './print.ts';
import { reportSynth } from './synth-report.ts';
import { coveredPaths, treeEntries } from './tree-entries.ts';
import { type CompareOptions, diffTree, OutputTree, type TreeChanges } from './tree/index.ts';

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

/** Renders fleets, judges them, and writes the tree. Answers with the exit code. */
export async function synth({ out, dryRun = false, verify = false, output, ...selection }: SynthOptions): Promise<number> {
  const fleets = await loadFleets(selection, { fresh: verify });
  const judgement = new Judgement(fleets, { forms: !verify });
  judgement.refuseErrors();
  const run = dryRun ? preview : write;
  const changes = run(fleets, judgement, { root: out, cacheFile: cacheFileOf(out), verify, ...coveredPaths(fleets, selection) });
  if (judgement.findings.length > 0) printAside(`${reportFindings(judgement.findings)}\n`);
  if (output === 'table') reportSynth(fleets, changes, { out, dryRun });
  else printData(changes, output);
  return 0;
}

interface RunOptions extends CompareOptions {
  readonly root: string;
  readonly cacheFile: string;
}

function preview(fleets: readonly Fleet[], judgement: Judgement, options: RunOptions): TreeChanges {
  const changes = diffTree(treeEntries(fleets, judgement), options);
  judgement.refuseErrors();
  return changes;
}

function write(fleets: readonly Fleet[], judgement: Judgement, options: RunOptions): TreeChanges {
  const tree = OutputTree.open(options);
  try {
    return renderInto(tree, fleets, judgement, options);
  } finally {
    tree.close();
  }
}

/**
 * Renders and judges what has changed, and puts it into an open tree.
 *
 * @throws PolicyDeniedError FW_POLICY_DENIED; then the tree stays as it is
 */
export function renderInto(tree: OutputTree, fleets: readonly Fleet[], judgement: Judgement, options: CompareOptions): TreeChanges {
  const changes = tree.stage(treeEntries(fleets, judgement), options);
  judgement.refuseErrors();
  tree.commit();
  return changes;
}

/** Each tree has a cache of its own, in the working directory. */
export function cacheFileOf(out: string): string {
  return `.cache/synth/${encodeURIComponent(relative(process.cwd(), resolve(out)) || '.')}`;
}

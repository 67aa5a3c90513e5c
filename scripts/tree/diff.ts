import { FleetwrightError } from '../../constructs/index.ts';
import { type CompareOptions, Comparison } from './compare.ts';
import type { TreeChanges, TreeEntry } from './entry.ts';
import { look, telling } from './files.ts';
import { readKnownTree } from './known-tree.ts';
import { layOut } from './layout.ts';
import { refuseProblems } from './problems.ts';
import { checkRoot } from './state.ts';

/** Where to look, and how to compare. */
export interface DiffTreeOptions extends CompareOptions {
  /** The folder to compare with; may be missing. */
  readonly root: string;

  /**
   * What earlier runs remembered, to compare faster.
   *
   * @default nothing is remembered, every file is rendered
   */
  readonly cacheFile?: string;
}

/**
 * What a run would change. Writes nothing and takes no lock.
 *
 * @throws FleetwrightError with `FW_OUTPUT_UNSAFE` where a run would refuse, or when a run is under way or was killed.
 */
export function diffTree(entries: Iterable<TreeEntry>, options: DiffTreeOptions): TreeChanges {
  const layout = layOut(options.root);
  return telling('Nothing was compared.', () => {
    checkRoot(layout);
    if (look(layout.journal) !== undefined) throw refuseUnfinished(options.root);
    const comparison = new Comparison(readKnownTree(layout, options.cacheFile), options, () => undefined);
    for (const entry of entries) comparison.add(entry);
    const changes = comparison.finish();
    refuseProblems(options.root, comparison.problems);
    return changes;
  });
}

function refuseUnfinished(root: string): FleetwrightError {
  const why = 'a run is writing it now, or was killed while it did';
  return new FleetwrightError(
    'FW_OUTPUT_UNSAFE',
    `The output tree ${root} is between two states: ${why}. Write it once more, then compare.`,
  );
}

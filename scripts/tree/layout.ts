import { join } from 'node:path';

/** The list of owned files, committed with the tree. */
export const INVENTORY = '.inventory.json';

/** Holds the lock and what is being written. Exists only during a run, and after one that was killed. */
export const STATE_FOLDER = '.fleetwright';

/** Where everything of a tree is. */
export interface TreeLayout {
  readonly root: string;
  readonly inventory: string;
  readonly state: string;
  readonly lock: string;
  /** Files that wait for their place, under the paths they will have. */
  readonly staged: string;
  readonly stagedInventory: string;
  /** What a run has decided to do; while it exists, the run is not complete. */
  readonly journal: string;
}

/** The layout of the tree at `root`. */
export function layOut(root: string): TreeLayout {
  const state = join(root, STATE_FOLDER);
  return {
    root,
    inventory: join(root, INVENTORY),
    state,
    lock: join(state, 'lock.json'),
    staged: join(state, 'staged'),
    stagedInventory: join(state, 'inventory.json'),
    journal: join(state, 'journal.json'),
  };
}

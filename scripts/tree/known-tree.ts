import { FileCache, type FileRecord } from './cache.ts';
import { type Inventory, digestOf, readInventory } from './inventory.ts';
import type { TreeLayout } from './layout.ts';

/** What is known of a tree before a run. */
export interface KnownTree {
  readonly root: string;
  readonly inventory: Inventory;
  readonly cache: FileCache;
}

/** Reads what is known of a tree. */
export function readKnownTree(layout: TreeLayout, cacheFile: string | undefined): KnownTree {
  return { root: layout.root, inventory: readInventory(layout.inventory), cache: new FileCache(cacheFile) };
}

/** What a run has learnt. */
export interface News {
  /** Files that were written or looked at anew. */
  readonly updates: ReadonlyMap<string, FileRecord>;
  /** Files that are no longer owned. */
  readonly dropped: readonly string[];
}

/** The inventory after a run; the same object when it is the same. */
export function updateInventory(inventory: Inventory, { updates, dropped }: News): Inventory {
  const differing = [...updates].filter(([path, { digest }]) => digestOf(inventory, path) !== digest);
  if (differing.length + dropped.length === 0) return inventory;
  const next = { ...inventory };
  for (const [path, { digest }] of differing) next[path] = digest;
  for (const path of dropped) delete next[path];
  return next;
}

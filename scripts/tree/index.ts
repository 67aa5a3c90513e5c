export type { CompareOptions } from './compare.ts';
export { diffTree, type DiffTreeOptions } from './diff.ts';
export type { TreeChanges, TreeEntry } from './entry.ts';
export { parseInventory } from './inventory.ts';
export { INVENTORY } from './layout.ts';
export { OutputTree, type OutputTreeOptions, type TreeReceipt } from './output-tree.ts';

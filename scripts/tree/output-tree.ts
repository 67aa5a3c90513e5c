import { type CompareOptions, Comparison, NOT_SEEN } from './compare.ts';
import type { TreeChanges, TreeEntry } from './entry.ts';
import { create, look, telling } from './files.ts';
import { formatInventory } from './inventory.ts';
import { type Journal, forgetStaged, recover, writeJournal } from './journal.ts';
import { type KnownTree, type News, readKnownTree, updateInventory } from './known-tree.ts';
import { type TreeLayout, layOut } from './layout.ts';
import { refuseProblems } from './problems.ts';
import { RunState } from './state.ts';
import { Staging } from './staging.ts';

/** Where a tree and its cache are. */
export interface OutputTreeOptions {
  /** The folder that is written to; created when missing. Nothing outside it is touched, but for the cache. */
  readonly root: string;

  /** What is remembered between runs to make them fast; may be deleted at any time. Belongs outside the tree and outside git. */
  readonly cacheFile: string;
}

/** What a commit has written. */
export interface TreeReceipt {
  /** Bytes written to the tree, inventory included; 0 when nothing changed. */
  readonly bytesWritten: number;
}

interface Staged {
  readonly staging: Staging;
  readonly changes: TreeChanges;
  readonly news: News;
}

/**
 * The rendered tree, held by one process.
 *
 *   open ──stage──▶ staged ──commit──▶ open      staging writes beside the tree; a commit makes it visible
 *   open, staged ──close──▶ closed               what was staged and not committed is forgotten
 *
 * A process that is killed before its commit leaves the tree as it was. One that is killed during the commit leaves a journal,
 * and whoever opens the tree next completes it.
 */
export class OutputTree {
  readonly #layout: TreeLayout;
  readonly #cacheFile: string;
  readonly #state: RunState;
  #known: KnownTree;
  #staged: Staged | undefined;

  /**
   * Takes the tree, and completes a run that was killed.
   *
   * @throws FleetwrightError with `FW_OUTPUT_LOCKED` when another process has it, `FW_OUTPUT_UNSAFE` when it cannot be trusted,
   * `FW_OUTPUT_FAILED` when the file system refuses.
   */
  static open(options: OutputTreeOptions): OutputTree {
    return telling('Nothing has been written.', () => new OutputTree(options));
  }

  private constructor({ root, cacheFile }: OutputTreeOptions) {
    this.#layout = layOut(root);
    this.#cacheFile = cacheFile;
    this.#state = RunState.take(this.#layout);
    try {
      telling('The next run completes the one that was killed.', () => recover(this.#layout));
      this.#known = readKnownTree(this.#layout, cacheFile);
    } catch (error) {
      this.#state.release();
      throw error;
    }
  }

  /**
   * Compares the files of a run with the tree and keeps new texts beside it; the tree itself stays as it is. Texts are not kept
   * in memory. Calling it again forgets what was staged before.
   *
   * @throws FleetwrightError with `FW_OUTPUT_UNSAFE`, naming every path at which a file cannot be put.
   */
  stage(entries: Iterable<TreeEntry>, options: CompareOptions = {}): TreeChanges {
    return telling('The tree is as it was.', () => {
      this.#staged = undefined;
      if (recover(this.#layout)) this.#known = readKnownTree(this.#layout, this.#cacheFile);
      try {
        this.#staged = this.#compare(entries, options);
        return this.#staged.changes;
      } catch (error) {
        forgetStaged(this.#layout);
        throw error;
      }
    });
  }

  /** Makes what was staged visible, removes what is no longer produced, and remembers both. */
  commit(): TreeReceipt {
    if (this.#staged === undefined) throw new TypeError('OutputTree.commit() needs stage() before it.');
    const { staging, changes, news } = this.#staged;
    this.#staged = undefined;
    const inventory = updateInventory(this.#known.inventory, news);
    const inventoryText = inventory === this.#known.inventory ? '' : formatInventory(inventory);

    if (staging.files.length + changes.removed.length + inventoryText.length > 0) {
      const journal = { removes: changes.removed, moves: [...staging.moves] };
      telling('The tree is as it was.', () => this.#promise(journal, inventoryText));
      telling('The next run completes this one.', () => recover(this.#layout));
    }
    this.#known = { ...this.#known, inventory };
    const fileBytes = telling('The tree is complete; only the next run will be slower.', () => this.#remember(news));
    return { bytesWritten: Buffer.byteLength(inventoryText) + fileBytes };
  }

  /** Gives the tree to the next process. */
  close(): void {
    telling('The tree is complete.', () => {
      forgetStaged(this.#layout);
      this.#state.release();
    });
  }

  #compare(entries: Iterable<TreeEntry>, options: CompareOptions): Staged {
    const staging = new Staging(this.#layout.staged);
    const comparison = new Comparison(this.#known, options, (path, text, missing) => staging.put(path, text, missing));
    for (const entry of entries) comparison.add(entry);
    const changes = comparison.finish();
    refuseProblems(this.#layout.root, comparison.problems);
    return { staging, changes, news: comparison };
  }

  #promise(journal: Journal, inventoryText: string): void {
    this.#state.assertHeld();
    if (inventoryText !== '') create(this.#layout.stagedInventory, inventoryText);
    writeJournal(this.#layout, journal);
  }

  /** Looks at what was written and saves the cache. Returns the bytes that were written. */
  #remember({ updates, dropped }: News): number {
    const { cache } = this.#known;
    let bytes = 0;
    for (const [path, record] of updates) {
      const file = record.size === NOT_SEEN ? look(`${this.#layout.root}/${path}`) : undefined;
      bytes += file?.size ?? 0;
      cache.set(path, file === undefined ? record : { ...record, size: file.size, changeTime: file.ctimeMs });
    }
    for (const path of dropped) cache.delete(path);
    cache.save();
    return bytes;
  }
}

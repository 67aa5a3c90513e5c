import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps; what comes within this time belongs together. In milliseconds. */
const SETTLE_MS = 10;

/** Tells which files change below some folders. Only folders that exist can be watched. */
export class FileChanges {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  #notify: (() => void) | undefined;

  /** Watches the files of a folder, and with `recursive` those of its folders. Does nothing if it is watched already. */
  add(folder: string, { recursive = false } = {}): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, { recursive }, (_, name) => {
      if (name === null) return;
      this.#changed.add(join(folder, name));
      this.#notify?.();
    });
    // A folder that was removed is watched no longer; its files have been told of.
    watcher.on('error', () => watcher.close());
    this.#watchers.set(folder, watcher);
  }

  /** Files that have changed since it was asked last; waits until there are some. `undefined` when `signal` aborts. */
  async next(signal: AbortSignal): Promise<readonly string[] | undefined> {
    while (!signal.aborted) {
      if (this.#changed.size > 0) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const files = [...this.#changed];
        this.#changed.clear();
        return files;
      }
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return undefined;
  }

  /** Ends watching. */
  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}

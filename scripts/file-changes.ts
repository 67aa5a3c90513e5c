import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps; what comes within this time belongs together. In milliseconds. */
const SETTLE_MS = 10;

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** Tells which files change below some folders. */
export class FileChanges {
  readonly #folders = new Map<string, Watched>();
  readonly #changed = new Set<string>();
  #notify: (() => void) | undefined;

  /**
   * Watches the files of a folder, and with `recursive` those of its folders. Does nothing if it is watched already, or is not there.
   * A folder that was removed and made again, as when another branch is checked out, has to be added again.
   */
  add(folder: string, { recursive = false } = {}): void {
    const identity = identityOf(folder);
    const known = this.#folders.get(folder);
    if (known !== undefined && known.identity === identity) return;
    known?.watcher.close();
    this.#folders.delete(folder);
    if (identity === undefined) return;
    const watcher = watch(folder, { recursive }, (_, name) => {
      if (name === null) return;
      this.#changed.add(join(folder, name));
      this.#notify?.();
    });
    // A folder that was removed is watched no longer; its files have been told of.
    watcher.on('error', () => watcher.close());
    this.#folders.set(folder, { watcher, identity });
  }

  /** Whether the files of a folder are watched, or were until it was removed. */
  has(folder: string): boolean {
    return this.#folders.has(folder);
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
    for (const { watcher } of this.#folders.values()) watcher.close();
  }
}

/** Tells a folder from another that has taken its place; `undefined` where there is none. */
function identityOf(folder: string): string | undefined {
  const { dev, ino, birthtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return ino === undefined ? undefined : `${dev} ${ino} ${birthtimeMs}`;
}

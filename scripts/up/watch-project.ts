import { dirname, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileChanges } from '../file-changes.ts';

/** Whoever saves several files wants one synthesis, in milliseconds. */
const SETTLE_MS = 100;

/**
 * Calls `changed` whenever a file that the fleet is made of has changed, until `signal` aborts.
 *
 * @param files the project's own files that were loaded
 * @param changed answers with the files that were loaded this time
 */
export async function watchProject(
  files: readonly string[],
  signal: AbortSignal,
  changed: () => Promise<readonly string[]>,
): Promise<void> {
  const root = process.cwd();
  const [stacks, environments] = [join(root, 'stacks'), join(root, 'environments')];
  const changes = new FileChanges();
  const watch = (loaded: readonly string[]) => {
    changes.add(environments, { recursive: true });
    changes.add(root);
    for (const folder of new Set([stacks, ...loaded.map((file) => dirname(file))])) changes.add(folder);
  };
  let known = files;
  watch(known);
  try {
    for (;;) {
      const found = await changes.next(signal);
      if (found === undefined) return;
      const concerns = (file: string) =>
        known.includes(file) ||
        /\.[jt]s$/.test(file) ||
        (file.startsWith(environments + sep) && file.endsWith('.yaml')) ||
        [stacks, environments, join(root, 'tools.lock'), join(root, 'tools.yaml')].includes(file);
      if (!found.some(concerns)) continue;
      await sleep(SETTLE_MS, undefined, { signal }).catch(() => undefined);
      const loaded = await changed();
      known = [...new Set([...known, ...loaded])];
      watch(known);
    }
  } finally {
    changes.close();
  }
}

import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, with its content's digest, its time of change and its number on the disk. */
export type Snapshot = ReadonlyMap<string, string>;

/** Looks at all files below a folder. */
export function snapshot(folder: string): Snapshot {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = new Map<string, string>();
  for (const path of paths) {
    const file = join(folder, path);
    const stats = lstatSync(file, { bigint: true });
    if (stats.isFile()) files.set(path, `${hash('sha256', readFileSync(file))} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}`);
  }
  return files;
}

/** Paths of files that are not the same in both, even if someone only wrote the same text again. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).sort();
}

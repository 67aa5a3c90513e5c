import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What differs between two folders, one line for each file; empty when they hold the same bytes. */
export function differencesBetween(first: string, second: string): string[] {
  const [left, right] = [new Set(filesBelow(first)), new Set(filesBelow(second))];
  return [...new Set([...left, ...right])]
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((file) => {
      if (!left.has(file)) return [`${file}: only in the second folder`];
      if (!right.has(file)) return [`${file}: only in the first folder`];
      return readFileSync(join(first, file)).equals(readFileSync(join(second, file))) ? [] : [`${file}: the bytes differ`];
    });
}

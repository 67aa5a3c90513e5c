import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold nothing written by people, or nothing of ours. */
const SKIPPED = new Set(['.cache', '.fleetwright', '.git', 'build', 'dist', 'generated', 'node_modules', 'rendered']);

/** All files below a folder that people write and whose names end as asked, as sorted paths from the root. */
export function sourceFiles(root: string, ending: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourceFiles(root, ending, path);
      return entry.isFile() && entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** The line, counted from one, on which a character of a text stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

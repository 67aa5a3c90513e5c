import { mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OutputTreeOptions } from '../index.ts';

/** A folder that lives as long as the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-tree-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A place for a tree, and one for its cache, in a folder of its own. */
export function aPlace(folder = aFolder()): OutputTreeOptions {
  return { root: join(folder, 'rendered'), cacheFile: join(folder, 'cache', 'tree') };
}

/** Every file and link below a folder with its text, and every empty folder. */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name);
    const name = path.slice(folder.length + 1);
    if (item.isSymbolicLink()) found[name] = `→ ${readlinkSync(path)}`;
    else if (item.isFile()) found[name] = readFileSync(path, 'utf8');
    else if (readdirSync(path).length === 0) found[`${name}/`] = '';
  }
  return found;
}

/** Puts a file there as someone else would. */
export function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders whose programs decide what is written: what a fleet says, what it becomes, and what must hold. */
const FOLDERS = ['.', 'gateway', '../constructs', '../controller/contract', '../policies', '../policies/schema'];

let version: string | undefined;

/**
 * Changes whenever a renderer does. It is made of the programs' texts and not of their times, because a package manager gives
 * the same time to every file of every version.
 */
export function rendererVersion(): string {
  version ??= digestSources();
  return version;
}

function digestSources(): string {
  const hash = createHash('sha256');
  for (const folder of FOLDERS.map((name) => join(import.meta.dirname, name))) {
    for (const file of listSources(folder)) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest('base64url');
}

function listSources(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js|py)$/.test(file) && !/\.(test|test-d|d)\.ts$/.test(file))
      .sort();
  } catch {
    return [];
  }
}

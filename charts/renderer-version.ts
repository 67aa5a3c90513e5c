import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folders whose programs decide what is written: what a fleet says, what it becomes, and what must hold. The package has none. */
const FOLDERS = import.meta.filename.endsWith('.ts') ? ['.', '../constructs', '../controller/contract', '../policies'] : [];

let version: string | undefined;

/**
 * Changes whenever a renderer does. It is made of the package's version and, where there is source, of the size and time of each
 * program: who works on them changes the time, and a package manager brings another version.
 */
export function rendererVersion(): string {
  version ??= hash('sha256', describeSources(), 'base64url');
  return version;
}

function describeSources(): string {
  let text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  for (const folder of FOLDERS.map((name) => join(import.meta.dirname, name))) {
    for (const file of listSources(folder)) {
      const { size, mtimeMs } = statSync(join(folder, file));
      text += `${file} ${size} ${mtimeMs}\n`;
    }
  }
  return text;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js|py|json)$/.test(file) && !/\.(test|test-d|d)\.ts$/.test(file))
    .sort();
}

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rendererVersion } from './renderer-version.ts';

const ROOT = dirname(import.meta.dirname);

/** All files that a program loads, itself first. */
function importedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) importedBy(join(dirname(file), path), seen);
  return seen;
}

describe('rendererVersion', () => {
  it('is the same for the same programs', () => {
    expect(rendererVersion()).toMatch(/^[\w-]{43}$/);
    expect(rendererVersion()).toBe(rendererVersion());
  });

  it('is made of every program that rendering loads', () => {
    const folders = new Set(
      [...importedBy(join(ROOT, 'charts', 'parts.ts'))].map((file) => relative(ROOT, file).split('/').slice(0, -1).join('/')),
    );
    const roots = new Set([...folders].map((folder) => /^(charts|controller\/contract)(?=\/)/.exec(folder)?.[0] ?? folder));
    expect([...roots].sort()).toEqual(['charts', 'constructs', 'controller/contract']);
  });
});

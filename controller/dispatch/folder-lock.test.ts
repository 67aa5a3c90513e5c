import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

it('makes a folder that nobody else can look into', () => {
  const parent = mkdtempSync(join(tmpdir(), 'lock-'));
  const folder = join(parent, 'a', 'data');
  const unlock = lockFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  unlock();
  rmSync(parent, { recursive: true });
});

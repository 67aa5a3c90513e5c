import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawEstate, PICTURE } from './picture.ts';

const ROOT = dirname(dirname(import.meta.dirname));

describe('the picture of the documentation', { timeout: 60_000 }, () => {
  it('is what the stack says today; npm run docs draws it again', async () => {
    expect(readFileSync(join(ROOT, PICTURE), 'utf8') === (await drawEstate(ROOT))).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withProgress } from './progress.ts';

const CLEAR = '\r\u001B[K';
const written: string[] = [];
const terminal = { isTTY: true, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
let now = 0;

beforeEach(() => {
  written.length = 0;
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubEnv('CI', '');
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Takes 200 ms for each of eight files. */
function run(isTTY = true): string[] {
  const files = Array.from(withProgress('dev', 'abcdefgh', { ...terminal, isTTY }), (file) => {
    now += 200;
    return file;
  });
  expect(files.join('')).toBe('abcdefgh');
  return written;
}

describe('withProgress', () => {
  it('counts files from half a second on, and takes its line away in the end', () => {
    expect(run()).toEqual([3, 4, 5, 6, 7, 8].map((count) => `${CLEAR}dev: ${count} files`).concat(CLEAR));
  });

  it('takes its line away when the run fails', () => {
    const fail = () => {
      for (const file of withProgress('dev', 'abcdefgh', terminal)) {
        now += 400;
        if (file === 'd') throw new Error('no luck');
      }
    };
    expect(fail).toThrow('no luck');
    expect(written).toEqual([`${CLEAR}dev: 2 files`, `${CLEAR}dev: 3 files`, CLEAR]);
  });

  it('says nothing in a run that ends soon', () => {
    expect(Array.from(withProgress('dev', 'abc', terminal))).toEqual(['a', 'b', 'c']);
    expect(written).toEqual([]);
  });

  it('does not write more often than one can read', () => {
    now = 1000;
    for (const _ of withProgress('dev', Array.from({ length: 100 }), terminal)) now += 10;
    expect(written.length).toBeLessThanOrEqual(12);
  });

  it.each([
    ['no terminal', false, {}],
    ['CI', true, { CI: 'true' }],
    ['a terminal that cannot', true, { TERM: 'dumb' }],
  ])('says nothing on %s', (_, isTTY, env) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(run(isTTY)).toEqual([]);
  });
});

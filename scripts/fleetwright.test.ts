import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright } from './testing/command.ts';

/** Runs under this Node.js, which is told that it is another. */
function runUnder(version: string): ReturnType<typeof fleetwright> {
  const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return fleetwright({ root: '/' }, '--version', { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(claim)}` });
}

describe('fleetwright', { timeout: 60_000 }, () => {
  it.each(['18.20.8', '20.20.2', '22.17.1'])('says under Node.js %s that it needs a newer one', (version) => {
    expect(runUnder(version)).toEqual({
      code: 2,
      stdout: '',
      stderr: `Fleetwright needs Node.js 22.18 or newer, and this is ${version}; install a newer one.\n`,
    });
  });

  it.each(['22.18.0', '23.0.0', '26.1.0'])('runs under Node.js %s', (version) => {
    expect(runUnder(version)).toMatchObject({ code: 0, stderr: '' });
  });

  it('needs what its package says', () => {
    const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ engines: { node: '>=22.18' } });
  });
});

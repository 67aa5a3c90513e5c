import { describe, expect, it } from 'vitest';
import { describeFinding } from './finding.ts';
import { findUnpinned } from './pins.ts';
import { aRepository } from './testing.ts';

const GOOD = { dependencies: { yaml: '2.9.1' }, devDependencies: { node: '24.21.0', pg: '18.4.0-beta.17' } };

describe('findUnpinned', () => {
  it('is content with exact versions that the lock file repeats', () => {
    expect(findingsIn({})).toEqual([]);
  });

  it.each(['^2.9.1', '~2.9.1', '2.x', 'latest', '>=2.9.1', '*', 'file:../yaml'])('refuses the version %j', (version) => {
    const own = { ...GOOD, dependencies: { yaml: version } };
    expect(findingsIn({ own, locked: own })).toEqual([`package.json: yaml is '${version}': write one exact version`]);
  });

  it('finds a lock file that does not fit', () => {
    const own = { ...GOOD, dependencies: { yaml: '2.9.0' } };
    expect(findingsIn({ own })).toEqual(["package-lock.json: it does not fit package.json: run 'npm install' and commit both"]);
  });

  it('finds a lock file that names a registry', () => {
    expect(findingsIn({ resolved: 'https://registry.example.com/yaml-2.9.1.tgz' })).toEqual([
      "package-lock.json: node_modules/yaml names a registry: '.npmrc' should keep 'resolved' out of the lock file",
    ]);
  });

  it('finds another Node.js than the pinned one', () => {
    expect(findingsIn({ node: '20.20.2' })).toEqual([
      "package.json: this is Node.js 20.20.2, pinned is 24.21.0: run 'npm ci', then 'npm run check'",
    ]);
  });
});

interface Deviation {
  readonly own?: object;
  readonly locked?: object;
  readonly resolved?: string;
  readonly node?: string;
}

function findingsIn({ own = GOOD, locked = GOOD, resolved, node = '24.21.0' }: Deviation): string[] {
  const lock = { packages: { '': locked, 'node_modules/yaml': { version: '2.9.1', ...(resolved === undefined ? {} : { resolved }) } } };
  const root = aRepository({ 'package.json': JSON.stringify(own), 'package-lock.json': JSON.stringify(lock) });
  return findUnpinned(root, node).map(describeFinding);
}

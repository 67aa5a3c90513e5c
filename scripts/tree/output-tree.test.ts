import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutputTree } from './index.ts';
import { injectFaults } from './testing/faults.ts';
import { aFolder, aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

const TEXTS = { 'dev/hello/_org.yaml': 'org\n', 'dev/hello/greeter.yaml': 'greeter\n', 'dev/lab/coder.yaml': 'coder\n' };

describe('OutputTree', () => {
  it('writes every file and the inventory on the first run', () => {
    const place = aPlace();
    const receipt = writeTree(place, entriesOf({ 'dev/b.yaml': 'two\n', 'dev/a.yaml': 'one\n' }));

    const inventory = `{
  "version": 1,
  "files": {
    "dev/a.yaml": "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806",
    "dev/b.yaml": "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a"
  }
}
`;
    expect(snapshot(place.root)).toEqual({ '.inventory.json': inventory, 'dev/a.yaml': 'one\n', 'dev/b.yaml': 'two\n' });
    expect(receipt).toEqual({
      added: ['dev/b.yaml', 'dev/a.yaml'],
      changed: [],
      removed: [],
      unchanged: [],
      edited: [],
      disagreeing: [],
      bytesWritten: inventory.length + 8,
    });
  });

  it('renders and writes nothing when nothing has changed', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const files = [...Object.keys(TEXTS), '.inventory.json'].map((path) => join(place.root, path)).concat(place.cacheFile);
    for (const file of files) utimesSync(file, 1, 1);
    writeTree(place, entriesOf(TEXTS));
    const before = files.map((file) => statSync(file).ctimeMs);

    const rendered: string[] = [];
    const receipt = writeTree(place, entriesOf(TEXTS, rendered));
    expect(rendered).toEqual([]);
    expect(receipt).toMatchObject({ added: [], changed: [], removed: [], unchanged: Object.keys(TEXTS), bytesWritten: 0 });
    expect(files.map((file) => statSync(file).ctimeMs)).toEqual(before);
  });

  it('writes only the file that changed', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const before = statSync(join(place.root, 'dev/hello/_org.yaml')).ctimeMs;

    const rendered: string[] = [];
    const receipt = writeTree(place, entriesOf({ ...TEXTS, 'dev/hello/greeter.yaml': 'changed\n' }, rendered));
    expect(rendered).toEqual(['dev/hello/greeter.yaml']);
    expect(receipt).toMatchObject({ added: [], changed: ['dev/hello/greeter.yaml'], removed: [], edited: [] });
    expect(receipt.bytesWritten).toBe(8 + statSync(join(place.root, '.inventory.json')).size);
    expect(statSync(join(place.root, 'dev/hello/_org.yaml')).ctimeMs).toBe(before);
    expect(snapshot(place.root)).toMatchObject({ ...TEXTS, 'dev/hello/greeter.yaml': 'changed\n' });
  });

  it('removes what is no longer produced, with the folders that become empty, and leaves foreign files', () => {
    const place = aPlace();
    writeTree(place, entriesOf({ ...TEXTS, 'dev/lab/deep/er.yaml': 'deep\n' }));
    put(join(place.root, 'dev/hello/NOTES.md'), 'mine\n');

    expect(writeTree(place, entriesOf({ 'prod/a.yaml': 'a\n' })).removed).toHaveLength(4);
    const { '.inventory.json': inventory, ...files } = snapshot(place.root);
    expect(files).toEqual({ 'dev/hello/NOTES.md': 'mine\n', 'prod/a.yaml': 'a\n' });
    expect(inventory).toMatch(/"files": \{\n    "prod\/a.yaml": "[0-9a-f]{64}"\n  \}/);
  });

  it('leaves an empty inventory when nothing is produced any more', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    writeTree(place, []);
    expect(snapshot(place.root)).toEqual({ '.inventory.json': '{\n  "version": 1,\n  "files": {}\n}\n' });
  });

  it('forgets an owned file that someone has deleted and that is no longer produced', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    rmSync(join(place.root, 'dev/lab'), { recursive: true });
    const texts = { 'dev/hello/_org.yaml': 'org\n' };
    expect(writeTree(place, entriesOf(texts)).removed).toEqual(['dev/hello/greeter.yaml']);
    expect(snapshot(place.root)['.inventory.json']).not.toContain('dev/lab');
  });

  it('writes again what was edited or deleted by hand, and says so', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    put(join(place.root, 'dev/hello/greeter.yaml'), 'GREETER\n'); // as long as it was
    rmSync(join(place.root, 'dev/lab'), { recursive: true });

    const receipt = writeTree(place, entriesOf(TEXTS));
    expect(receipt).toMatchObject({
      added: ['dev/lab/coder.yaml'],
      changed: ['dev/hello/greeter.yaml'],
      edited: ['dev/hello/greeter.yaml'],
    });
    expect(snapshot(place.root)).toMatchObject(TEXTS);
  });

  it('does not render a file that was touched but not edited', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const file = join(place.root, 'dev/lab/coder.yaml');
    utimesSync(file, 1, 1);
    const rendered: string[] = [];
    expect(writeTree(place, entriesOf(TEXTS, rendered))).toMatchObject({ unchanged: Object.keys(TEXTS), bytesWritten: 0 });
    expect(rendered).toEqual([]);
    expect(readFileSync(place.cacheFile, 'utf8').split('\n')).toContain(String(statSync(file).ctimeMs));
  });

  it.each(['', 'fleetwright output cache 0\n', 'fleetwright output cache 2\ndev/hello/_org.yaml\norg%0A\n', 'junk\u0000'])(
    'needs no cache: %j',
    (cache) => {
      const place = aPlace();
      writeTree(place, entriesOf(TEXTS));
      put(place.cacheFile, cache);
      const rendered: string[] = [];
      expect(writeTree(place, entriesOf(TEXTS, rendered))).toMatchObject({ unchanged: Object.keys(TEXTS), bytesWritten: 0 });
      expect(rendered).toEqual(Object.keys(TEXTS));
      expect(writeTree(place, entriesOf(TEXTS, rendered)).unchanged).toEqual(Object.keys(TEXTS));
      expect(rendered).toHaveLength(3);
    },
  );

  it('does not read a cache of another version', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    put(place.cacheFile, readFileSync(place.cacheFile, 'utf8').replace('cache 2\n', 'cache 3\n'));
    const rendered: string[] = [];
    writeTree(place, entriesOf(TEXTS, rendered));
    expect(rendered).toEqual(Object.keys(TEXTS));
  });

  it('forgets removed files in the cache too', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    writeTree(place, entriesOf({ 'dev/lab/coder.yaml': 'coder\n' }));
    expect(readFileSync(place.cacheFile, 'utf8')).not.toContain('greeter');
    writeTree(place, entriesOf(TEXTS));
    const rendered: string[] = [];
    writeTree(place, entriesOf(TEXTS, rendered).toReversed());
    expect(rendered).toEqual([]);
  });

  it('takes over files that are up to date when the inventory is lost', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const before = snapshot(place.root);
    rmSync(join(place.root, '.inventory.json'));
    expect(writeTree(place, entriesOf(TEXTS)).unchanged).toEqual(Object.keys(TEXTS));
    expect(snapshot(place.root)).toEqual(before);
  });

  it('leaves owned files alone that the run is not about', () => {
    const place = aPlace();
    const other = { 'prod/hello/greeter.yaml': 'prod\n', 'dev/hello-2/a.yaml': 'two\n' };
    writeTree(place, entriesOf({ ...TEXTS, ...other }));
    const receipt = writeTree(place, entriesOf({ 'dev/hello/new.yaml': 'new\n' }), { covers: ['dev/hello'] });

    expect(receipt).toMatchObject({ added: ['dev/hello/new.yaml'], removed: ['dev/hello/_org.yaml', 'dev/hello/greeter.yaml'] });
    const rendered: string[] = [];
    const kept = { ...other, 'dev/lab/coder.yaml': 'coder\n', 'dev/hello/new.yaml': 'new\n' };
    expect(writeTree(place, entriesOf(kept, rendered))).toMatchObject({ unchanged: Object.keys(kept), bytesWritten: 0 });
    expect(rendered).toEqual([]);
  });

  it('renders everything when verifying, and reports where a fingerprint has lied', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const liar = entriesOf(TEXTS).map((entry) => ({
      ...entry,
      render: () => (entry.path === 'dev/lab/coder.yaml' ? 'other\n' : entry.render()),
    }));
    expect(writeTree(place, liar)).toMatchObject({ changed: [], disagreeing: [] });
    expect(writeTree(place, liar, { verify: true })).toMatchObject({
      changed: ['dev/lab/coder.yaml'],
      disagreeing: ['dev/lab/coder.yaml'],
    });
    expect(writeTree(place, liar, { verify: true })).toMatchObject({ bytesWritten: 0, disagreeing: [] });
  });

  it('changes nothing when rendering fails, and passes the failure on', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const before = snapshot(place.root);
    const failure = new Error('cannot render');
    const render = () => {
      throw failure;
    };
    const entries = [...entriesOf({ 'dev/new.yaml': 'new\n' }), { path: 'dev/b.yaml', fingerprint: 'b', source: () => 'b', render }];
    expect(() => writeTree(place, entries)).toThrow(failure);
    expect(snapshot(place.root)).toEqual(before);
  });

  it('shows nothing before the commit, and nothing at all without one', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const before = snapshot(place.root);
    const tree = OutputTree.open(place);
    tree.stage(entriesOf({ ...TEXTS, 'dev/hello/_org.yaml': 'changed\n' }));
    tree.stage(entriesOf({ 'dev/new/new.yaml': 'new\n' }));
    expect(snapshot(place.root)).toMatchObject(before);
    tree.close();
    expect(snapshot(place.root)).toEqual(before);
  });

  it('completes a commit that failed, while open', () => {
    const place = aPlace();
    const tree = OutputTree.open(place);
    tree.stage(entriesOf(TEXTS));
    put(join(place.root, 'dev'), 'mine\n');
    expect(() => tree.commit()).toThrow('dev: a file that Fleetwright did not write has appeared there');
    rmSync(join(place.root, 'dev'));
    expect(tree.stage(entriesOf(TEXTS)).unchanged).toEqual(Object.keys(TEXTS));
    expect(tree.commit().bytesWritten).toBe(0);
    tree.close();
    expect(snapshot(place.root)).toMatchObject(TEXTS);
  });

  it('puts its files into a folder that appears while it works', () => {
    const place = aPlace();
    const tree = OutputTree.open(place);
    tree.stage(entriesOf(TEXTS));
    put(join(place.root, 'dev/hello/mine.txt'), 'mine\n');
    tree.commit();
    tree.close();
    expect(snapshot(place.root)).toMatchObject({ ...TEXTS, 'dev/hello/mine.txt': 'mine\n' });
    expect(existsSync(join(place.root, '.fleetwright'))).toBe(false);
  });

  it('can be written many times while open', () => {
    const place = aPlace();
    const tree = OutputTree.open(place);
    const outcomes = ['a', 'b', 'b', 'c'].map((text) => {
      const rendered: string[] = [];
      const { added, changed } = tree.stage(entriesOf({ 'dev/x.yaml': text, [`dev/${text}.yaml`]: text }, rendered));
      return [rendered.length, added.length, changed.length, tree.commit().bytesWritten > 0];
    });
    tree.close();
    expect(outcomes).toEqual([
      [2, 2, 0, true],
      [2, 1, 1, true],
      [0, 0, 0, false],
      [2, 1, 1, true],
    ]);
    expect(Object.keys(snapshot(place.root)).toSorted()).toEqual(['.inventory.json', 'dev/c.yaml', 'dev/x.yaml']);
    expect(() => tree.commit()).toThrow('OutputTree.commit() needs stage() before it.');
  });

  it('touches nothing but its lock when nothing has changed', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const faults = injectFaults({});
    writeTree(place, entriesOf(TEXTS));
    faults.remove();
    expect(faults.calls()).toBe(9);
  });

  it('notices an edit within the tick of the clock in which the file was written', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const file = join(place.root, 'dev/lab/coder.yaml');
    const { ctimeMs } = statSync(file);
    put(file, 'CODER\n');
    put(place.cacheFile, readFileSync(place.cacheFile, 'utf8').replaceAll(`\n${ctimeMs}\n`, `\n${statSync(file).ctimeMs}\n`));
    utimesSync(place.cacheFile, 1, 1);
    expect(writeTree(place, entriesOf(TEXTS)).edited).toEqual(['dev/lab/coder.yaml']);
  });

  it('hides what it keeps beside the tree from git, and removes it in the end', () => {
    const folder = aFolder();
    const place = aPlace(folder);
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    git('init', '--quiet');
    const tree = OutputTree.open(place);
    tree.stage(entriesOf(TEXTS));
    expect(git('status', '--porcelain', '--untracked-files=all')).toBe('');
    tree.commit();
    tree.close();
    expect(existsSync(join(place.root, '.fleetwright'))).toBe(false);
    expect(git('status', '--porcelain', '--untracked-files=all', 'rendered').trimEnd().split('\n')).toHaveLength(4);
  });
});

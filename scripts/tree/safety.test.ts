import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetwrightError } from '../../constructs/index.ts';
import { OutputTree, type OutputTreeOptions } from './index.ts';
import { aFolder, aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

const TEXTS = { 'dev/hello/greeter.yaml': 'greeter\n', 'dev/lab/coder.yaml': 'coder\n' };
const PATH_RULE = "must be a path below the root: names of letters, digits and . _ @ + - with '/' between them, none starting with '-'";

/** Writes, expects a refusal with these reasons, and expects that nothing has changed in the folder around the tree. */
function expectRefusal(place: OutputTreeOptions, texts: Readonly<Record<string, string>>, ...reasons: string[]): void {
  const folder = join(place.root, '..');
  const before = snapshot(folder);
  const message = [`The output tree ${place.root} cannot be written:`, ...reasons].join('\n  - ');
  const refusal = expect.objectContaining({ code: 'FW_OUTPUT_UNSAFE', message: `${message} [FW_OUTPUT_UNSAFE]` });
  expect(() => writeTree(place, entriesOf(texts))).toThrow(refusal);
  expect(snapshot(folder)).toEqual(before);
}

describe('The output tree refuses', () => {
  it('to write over a file that it did not write', () => {
    const place = aPlace();
    put(join(place.root, 'dev/hello/greeter.yaml'), 'mine\n');
    expectRefusal(
      place,
      { ...TEXTS, 'dev/new.yaml': 'new\n' },
      'dev/hello/greeter.yaml: a file that Fleetwright did not write stands there; move it away or delete it',
    );
  });

  it('all of many such files at once, and shows twenty', () => {
    const place = aPlace();
    const texts = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`dev/a-${index}.yaml`, 'ours\n']));
    for (const path of Object.keys(texts)) put(join(place.root, path), 'mine\n');
    const reason = (path: string) => `${path}: a file that Fleetwright did not write stands there; move it away or delete it`;
    expectRefusal(place, texts, ...Object.keys(texts).slice(0, 20).map(reason), 'and 980 more');
  });

  it('a root that is a symbolic link', () => {
    const place = aPlace();
    mkdirSync(join(place.root, '../elsewhere'));
    symlinkSync('elsewhere', place.root);
    expectRefusal(place, TEXTS, 'it is a symbolic link; name the folder that it leads to');
  });

  it('a root that is a file', () => {
    const place = aPlace();
    writeFileSync(place.root, 'mine\n');
    expectRefusal(place, TEXTS, 'a file stands there; move it away or choose another root');
  });

  it.each(['dev', 'dev/hello'])('a symbolic link in the place of the folder %s', (folder) => {
    const place = aPlace();
    put(join(place.root, '../elsewhere/greeter.yaml'), 'greeter\n');
    mkdirSync(join(place.root, folder, '..'), { recursive: true });
    symlinkSync(join(place.root, '../elsewhere'), join(place.root, folder));
    const elsewhere = join(place.root, '../elsewhere');
    const reason = `${folder}: a symbolic link to ${elsewhere} stands where a folder is needed; move it away or delete it`;
    expectRefusal(place, { 'dev/hello/greeter.yaml': 'other\n' }, reason);
  });

  it('a symbolic link in the place of a file, even to a file with the same text', () => {
    const place = aPlace();
    put(join(place.root, 'dev/hello/mine.yaml'), 'greeter\n');
    symlinkSync('mine.yaml', join(place.root, 'dev/hello/greeter.yaml'));
    expectRefusal(
      place,
      TEXTS,
      'dev/hello/greeter.yaml: a symbolic link to mine.yaml stands where a file is needed; move it away or delete it',
    );
  });

  it('a symbolic link that took the place of an owned file or folder which is to be removed', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    replaceByLink(join(place.root, 'dev/lab'), aFolder());
    replaceByLink(join(place.root, 'dev/hello/greeter.yaml'), 'x');
    expect(() => writeTree(place, entriesOf({}))).toThrow(
      /greeter.yaml: a symbolic link to x stands(.|\n)*dev\/lab: a symbolic link to .* stands/,
    );
  });

  it('a file in the place of a folder, and a folder in the place of a file', () => {
    const place = aPlace();
    put(join(place.root, 'dev/hello'), 'mine\n');
    mkdirSync(join(place.root, 'dev/lab/coder.yaml'), { recursive: true });
    expectRefusal(
      place,
      TEXTS,
      'dev/hello: a file stands where a folder is needed; move it away or delete it',
      'dev/lab/coder.yaml: a folder stands where a file is needed; move it away or delete it',
    );
  });

  it('a folder in the place of a link, once for all files in it', () => {
    const place = aPlace();
    put(join(place.root, 'dev'), 'mine\n');
    const texts = { 'dev/hello/a.yaml': 'a', 'dev/hello/b.yaml': 'b', 'dev/lab/c.yaml': 'c' };
    expectRefusal(place, texts, 'dev: a file stands where a folder is needed; move it away or delete it');
  });

  it.each(['as someone edited it', 'as someone else wrote it, though the inventory lists it'])('to delete a file %s', (how) => {
    const place = aPlace();
    if (how.startsWith('as someone edited')) writeTree(place, entriesOf(TEXTS));
    else put(join(place.root, '.inventory.json'), JSON.stringify({ version: 1, files: { 'dev/lab/coder.yaml': 'bogus' } }));
    put(join(place.root, 'dev/lab/coder.yaml'), 'mine\n');
    expectRefusal(
      place,
      {},
      'dev/lab/coder.yaml: it is no longer made, but is not as Fleetwright wrote it either; move it away or delete it',
    );
    rmSync(join(place.root, 'dev/lab/coder.yaml'));
    writeTree(place, entriesOf({}));
    expect(snapshot(place.root)['.inventory.json']).not.toContain('coder');
  });

  it.each(['.gitignore.unfinished', 'journal.json.unfinished', 'inventory.json', 'lock.json.stale'])(
    'to follow a link at %s, the name of a file that waits',
    (name) => {
      const place = aPlace();
      const mine = join(aFolder(), 'mine');
      writeFileSync(mine, 'mine\n');
      mkdirSync(join(place.root, '.fleetwright'), { recursive: true });
      symlinkSync(mine, join(place.root, '.fleetwright', name));
      writeTree(place, entriesOf(TEXTS));
      expect(readFileSync(mine, 'utf8')).toBe('mine\n');
      expect(snapshot(place.root)).toMatchObject(TEXTS);
    },
  );

  it('to follow a link beside its cache', () => {
    const place = aPlace();
    const mine = join(aFolder(), 'mine');
    writeFileSync(mine, 'mine\n');
    mkdirSync(join(place.cacheFile, '..'), { recursive: true });
    symlinkSync(mine, `${place.cacheFile}.unfinished`);
    writeTree(place, entriesOf(TEXTS));
    expect(readFileSync(mine, 'utf8')).toBe('mine\n');
  });

  it.each(['staged', 'staged/dev', 'staged/dev/hello/id.yaml'])('to complete a run whose %s is a link', (link) => {
    const place = aPlace();
    const elsewhere = aFolder();
    put(join(elsewhere, 'dev/hello/id.yaml'), 'mine\n');
    const state = join(place.root, '.fleetwright');
    put(join(state, 'journal.json'), JSON.stringify({ removes: [], moves: ['dev/hello/id.yaml'] }));
    mkdirSync(join(state, link, '..'), { recursive: true });
    symlinkSync(join(elsewhere, link.slice('staged/'.length)), join(state, link));
    expect(() => writeTree(place, entriesOf(TEXTS))).toThrow(/^The run that was under way cannot be completed: .*staged/);
    expect(snapshot(elsewhere)).toEqual({ 'dev/hello/id.yaml': 'mine\n' });
    expect(existsSync(join(place.root, 'dev'))).toBe(false);
  });

  it('to wait at a pipe in the place of its lock', () => {
    const place = aPlace();
    mkdirSync(join(place.root, '.fleetwright'), { recursive: true });
    execFileSync('mkfifo', [join(place.root, '.fleetwright/lock.json')]);
    expect(() => OutputTree.open(place)).toThrow('lock.json: it is not a plain file; delete it and run again.');
  });

  it('a state folder that leads elsewhere', () => {
    const place = aPlace();
    mkdirSync(place.root);
    symlinkSync(aFolder(), join(place.root, '.fleetwright'));
    expectRefusal(place, TEXTS, '.fleetwright is not a folder; delete it');
  });

  it.each([
    ['', PATH_RULE],
    ['/etc/passwd', PATH_RULE],
    ['dev//a.yaml', PATH_RULE],
    ['dev/', PATH_RULE],
    ['C:\\a.yaml', PATH_RULE],
    ['C:/a.yaml', PATH_RULE],
    ['dev\\..\\a.yaml', PATH_RULE],
    ['dev/a b.yaml', PATH_RULE],
    ['dev/a\n.yaml', PATH_RULE],
    ['dev/a\u0000.yaml', PATH_RULE],
    ['dev/%2e%2e/a.yaml', PATH_RULE],
    ['dev/ä.yaml', PATH_RULE],
    ['dev/\u202e.yaml', PATH_RULE],
    ['-rf', PATH_RULE],
    ['dev/-rf/a.yaml', PATH_RULE],
    ['.', "must not hold '.' or '..', or a name that ends in '.'"],
    ['../a.yaml', "must not hold '.' or '..', or a name that ends in '.'"],
    ['dev/../../a.yaml', "must not hold '.' or '..', or a name that ends in '.'"],
    ['dev/./a.yaml', "must not hold '.' or '..', or a name that ends in '.'"],
    ['dev/a.', "must not hold '.' or '..', or a name that ends in '.'"],
    ['dev/.git/hooks/pre-commit', "must not hold '.git', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['dev/.GIT', "must not hold '.GIT', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['dev/con', "must not hold 'con', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['dev/Aux.yaml', "must not hold 'Aux.yaml', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['dev/com1', "must not hold 'com1', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['lpt9.tar.gz/a', "must not hold 'lpt9.tar.gz', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)"],
    ['.inventory.json', "must not start with '.inventory.json' or '.fleetwright', which the writer keeps for itself"],
    ['.Fleetwright/lock.json', "must not start with '.inventory.json' or '.fleetwright', which the writer keeps for itself"],
    [`dev/${'a'.repeat(256)}`, 'must have names of at most 255 characters, got 256'],
    ['a/'.repeat(500) + 'b', 'must have at most 1000 characters, got 1001'],
  ])('the path %j', (path, rule) => {
    expectRefusal(aPlace(), { [path]: 'text\n' }, `${JSON.stringify(path)} (source of ${path}) ${rule}`);
  });

  it('the same rules for a file beside a good one', () => {
    expectRefusal(aPlace(), { 'dev/a.yaml': 'a', 'dev/b?.yaml': 'b' }, `"dev/b?.yaml" (source of dev/b?.yaml) ${PATH_RULE}`);
  });

  it('a path that becomes too long in a folder that is not', () => {
    const folder = 'a/'.repeat(450);
    const long = folder + 'c'.repeat(150);
    const reason = `${JSON.stringify(long)} (source of ${long}) must have at most 1000 characters, got 1050`;
    expectRefusal(aPlace(), { [`${folder}b`]: 'text\n', [long]: 'text\n' }, reason);
  });

  it('to delete a file in a folder that became a link while it works', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const tree = OutputTree.open(place);
    tree.stage([]);
    const elsewhere = aFolder();
    put(join(elsewhere, 'coder.yaml'), 'mine\n');
    replaceByLink(join(place.root, 'dev/lab'), elsewhere);
    expect(() => tree.commit()).toThrow(`dev/lab: a symbolic link to ${elsewhere} stands where a folder is needed`);
    tree.close();
    expect(snapshot(elsewhere)).toEqual({ 'coder.yaml': 'mine\n' });
  });

  it('to write over a file that appears while it works, and completes the run when that is gone', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const texts = { 'dev/hello/greeter.yaml': 'changed\n', 'dev/hello/new.yaml': 'new\n' };
    const tree = OutputTree.open(place);
    tree.stage(entriesOf(texts));
    put(join(place.root, 'dev/hello/new.yaml'), 'mine\n');
    expect(() => tree.commit()).toThrow(
      'The run that was under way cannot be completed: dev/hello/new.yaml: a file that Fleetwright did not write has appeared there; ' +
        'move it away or delete it. Then run again. [FW_OUTPUT_UNSAFE]',
    );
    expect(() => tree.stage(entriesOf(texts))).toThrow('has appeared there');
    tree.close();
    expect(readFileSync(join(place.root, '.fleetwright/.gitignore'), 'utf8')).toBe('*\n');
    expect(() => OutputTree.open(place)).toThrow('has appeared there');
    expect(readFileSync(join(place.root, 'dev/hello/new.yaml'), 'utf8')).toBe('mine\n');

    rmSync(join(place.root, 'dev/hello/new.yaml'));
    expect(writeTree(place, entriesOf(texts)).unchanged).toEqual(Object.keys(texts));
    expect(Object.keys(snapshot(place.root)).toSorted()).toEqual(['.inventory.json', ...Object.keys(texts)]);
  });

  it('two files on one path, naming both', () => {
    const place = aPlace();
    const twice = ['dev/hello/one', 'dev/hello/two'].flatMap((source) =>
      entriesOf({ 'dev/a.yaml': 'a' }).map((entry) => ({ ...entry, source: () => source })),
    );
    expect(() => writeTree(place, twice)).toThrow('dev/a.yaml is made twice, by dev/hello/one and by dev/hello/two; rename one');
  });

  it('paths that some file systems do not tell apart', () => {
    expectRefusal(
      aPlace(),
      { 'dev/a.yaml': '', 'dev/A.yaml': '', 'Dev/b.yaml': '', 'dev/c': '', 'dev/c/d': '', 'dev/e/f': '', 'dev/e': '', 'dev/E': '' },
      'dev/a.yaml (source of dev/a.yaml) and dev/A.yaml (source of dev/A.yaml) differ only in upper and lower case; rename one',
      'the folder dev and the folder Dev differ only in upper and lower case; rename one',
      'dev/c would be a file and a folder at once; rename one',
      'dev/e would be a file and a folder at once; rename one',
      'the folder dev/e and dev/E (source of dev/E) differ only in upper and lower case; rename one',
    );
  });

  it('a path that differs only in case from one that the run is not about', () => {
    const place = aPlace();
    writeTree(place, entriesOf(TEXTS));
    const write = () => writeTree(place, entriesOf({ 'DEV/hello/greeter.yaml': 'x' }), { covers: ['DEV'] });
    expect(write).toThrow('differ only in upper and lower case');
  });

  it('a file outside what the run is about', () => {
    const write = () => writeTree(aPlace(), entriesOf({ 'prod/a.yaml': 'a' }), { covers: ['dev', 'staging'] });
    expect(write).toThrow('prod/a.yaml (source of prod/a.yaml) is outside what this run is about: dev, staging [FW_OUTPUT_UNSAFE]');
  });
});

describe('An inventory', () => {
  const DIGEST = '0'.repeat(64);
  const ADVICE = 'Restore it from git. Or delete it: files that are up to date are then taken over, and others have to be moved away.';

  it.each([
    ['<<<<<<< HEAD', 'it is not JSON'],
    ['null', 'it is not an inventory'],
    ['{"version":1}', 'it is not an inventory'],
    ['{"version":2,"files":{}}', 'it is of version 2, made by a newer Fleetwright; update this one'],
  ])('that says %s is refused', (text, why) => {
    const place = aPlace();
    put(join(place.root, '.inventory.json'), text);
    const message = `The inventory ${place.root}/.inventory.json cannot be trusted: ${why}. ${ADVICE} [FW_OUTPUT_UNSAFE]`;
    expect(() => OutputTree.open(place)).toThrow(expect.objectContaining({ message }));
    expect(existsSync(join(place.root, '.fleetwright'))).toBe(false);
  });

  it('that is a link is refused', () => {
    const place = aPlace();
    mkdirSync(place.root);
    symlinkSync('/etc/passwd', join(place.root, '.inventory.json'));
    expect(() => OutputTree.open(place)).toThrow('it is not a plain file');
  });

  it.each(['../outside', '/etc/hostname', '.git/config', 'a/../../outside', '.inventory.json', ''])('cannot have %j deleted', (path) => {
    const place = aPlace();
    put(join(place.root, '../outside'), 'mine\n');
    put(join(place.root, '.git/config'), 'mine\n');
    put(join(place.root, '.inventory.json'), JSON.stringify({ version: 1, files: { [path]: DIGEST } }));
    const rule = /must (be a path below|not hold|not start with)/;
    expect(() => writeTree(place, entriesOf(TEXTS))).toThrow(rule);
    expect(readFileSync(join(place.root, '../outside'), 'utf8')).toBe('mine\n');
  });

  it('makes no file owned by what every object has', () => {
    const place = aPlace();
    put(join(place.root, '.inventory.json'), '{"version":1,"files":{}}');
    put(join(place.root, 'constructor'), 'mine\n');
    expectRefusal(
      place,
      { constructor: 'ours\n' },
      'constructor: a file that Fleetwright did not write stands there; move it away or delete it',
    );
  });
});

describe('A tree given hostile paths', () => {
  const name = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    'b',
    'A',
    '~',
    'C:',
    '%2e%2e',
    '\u2025',
    '.git',
    'a\\..\\..',
    '…',
    'nul',
    ' ',
    '..\u0000',
    'x y',
    '-a',
    '.x',
  );
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));

  it('never writes outside its root', () => {
    const place = aPlace();
    put(join(place.root, '../beside/a'), 'mine\n');
    const tree = OutputTree.open(place);
    const codes = new Set<unknown>();
    const write = (file: string) => {
      try {
        tree.stage(entriesOf({ [file]: 'text\n' }));
        tree.commit();
      } catch (error) {
        codes.add((error as Partial<FleetwrightError>).code);
      }
    };
    fc.assert(fc.property(path, write), { numRuns: 5000, seed: 1 });
    tree.close();
    expect([...codes]).toEqual(['FW_OUTPUT_UNSAFE']);
    const outside = Object.keys(snapshot(join(place.root, '..'))).filter((file) => !/^(rendered|cache)\//.test(file));
    expect(outside).toEqual(['beside/a']);
    expect(Object.keys(snapshot(place.root)).length).toBeGreaterThan(1);
  }, 30_000);
});

function replaceByLink(path: string, target: string): void {
  rmSync(path, { recursive: true });
  symlinkSync(target, path);
}

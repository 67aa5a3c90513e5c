import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { diffTree } from './index.ts';
import { startChild } from './testing/children.ts';
import { aFolder, aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

// Starting a program takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const OLD = { 'dev/a.yaml': 'a\n', 'dev/b.yaml': 'b\n', 'dev/c.yaml': 'c\n', 'prod/a.yaml': 'a\n' };
const NEW = { 'dev/a.yaml': 'a\n', 'dev/b.yaml': 'other\n', 'dev/d.yaml': 'd\n' };

describe('diffTree', () => {
  it('tells what a run would change, and changes nothing', () => {
    const place = aPlace();
    writeTree(place, entriesOf(OLD));
    const before = snapshot(join(place.root, '..'));
    expect(diffTree(entriesOf(NEW), place)).toEqual({
      added: ['dev/d.yaml'],
      changed: ['dev/b.yaml'],
      removed: ['dev/c.yaml', 'prod/a.yaml'],
      unchanged: ['dev/a.yaml'],
      edited: [],
      disagreeing: [],
    });
    expect(diffTree(entriesOf(NEW), { ...place, covers: ['dev'] }).removed).toEqual(['dev/c.yaml']);
    expect(snapshot(join(place.root, '..'))).toEqual(before);
  });

  it('tells the same as the run that follows', () => {
    const place = aPlace();
    writeTree(place, entriesOf(OLD));
    put(join(place.root, 'dev/a.yaml'), 'edited\n');
    const changes = diffTree(entriesOf(NEW), place);
    expect(changes.edited).toEqual(['dev/a.yaml']);
    expect(writeTree(place, entriesOf(NEW))).toMatchObject(changes);
  });

  it('renders everything without a cache, and when verifying', () => {
    const place = aPlace();
    writeTree(place, entriesOf(OLD));
    const rendered: string[] = [];
    diffTree(entriesOf(OLD, rendered), place);
    expect(rendered).toEqual([]);
    diffTree(entriesOf(OLD, rendered), { root: place.root });
    expect(rendered).toHaveLength(4);
    diffTree(entriesOf(OLD, rendered), { ...place, verify: true });
    expect(rendered).toHaveLength(8);
  });

  it('finds everything new where there is no tree, and does not make one', () => {
    const place = aPlace();
    expect(diffTree(entriesOf(OLD), place)).toMatchObject({ added: Object.keys(OLD), changed: [], removed: [] });
    expect(existsSync(place.root)).toBe(false);
  });

  it('works while another process holds the tree', async () => {
    const place = aPlace();
    writeTree(place, entriesOf(OLD));
    await startChild({ place }, 'held');
    expect(diffTree(entriesOf(NEW), place).changed).toEqual(['dev/b.yaml']);
  });

  it('refuses what a run would refuse', () => {
    const place = aPlace();
    put(join(place.root, 'dev/a.yaml'), 'mine\n');
    expect(() => diffTree(entriesOf(OLD), place)).toThrow('dev/a.yaml: a file that Fleetwright did not write stands there');
    expect(() => diffTree(entriesOf(OLD), { root: join(place.root, 'dev/a.yaml') })).toThrow('a file stands there');
  });

  it('refuses a tree that is between two states', () => {
    const place = aPlace();
    put(join(place.root, '.fleetwright/journal.json'), '{}');
    const why = 'a run is writing it now, or was killed while it did';
    const message = `The output tree ${place.root} is between two states: ${why}. Write it once more, then compare. [FW_OUTPUT_UNSAFE]`;
    expect(() => diffTree(entriesOf(OLD), place)).toThrow(expect.objectContaining({ message }));
  });
});

describe('A journal that Fleetwright did not make', () => {
  it.each(['', '{}', '{"removes":[],"moves":["../outside"]}', '{"removes":["/etc/hostname"],"moves":[]}', '{"removes":[""],"moves":[]}'])(
    'is refused: %j',
    (text) => {
      const place = aPlace();
      put(join(place.root, '.fleetwright/journal.json'), text);
      const path = join(place.root, '.fleetwright/journal.json');
      const message = `The run that was under way cannot be completed: ${path} was not made by Fleetwright; delete it. Then run again. [FW_OUTPUT_UNSAFE]`;
      expect(() => writeTree(place, entriesOf(OLD))).toThrow(expect.objectContaining({ message }));
    },
  );

  it('deletes and overwrites nothing that is not owned', () => {
    const place = aPlace(aFolder());
    writeTree(place, entriesOf(OLD));
    put(join(place.root, 'mine.txt'), 'mine\n');
    const journal = join(place.root, '.fleetwright/journal.json');
    put(journal, '{"removes":["mine.txt"],"moves":[]}');
    writeTree(place, entriesOf(OLD));
    expect(snapshot(place.root)).toMatchObject({ 'mine.txt': 'mine\n' });

    put(journal, '{"removes":[],"moves":["mine.txt"]}');
    put(join(place.root, '.fleetwright/staged/mine.txt'), 'ours\n');
    expect(() => writeTree(place, entriesOf(OLD))).toThrow('mine.txt: a file that Fleetwright did not write has appeared there');
    expect(snapshot(place.root)).toMatchObject({ 'mine.txt': 'mine\n' });
    rmSync(join(place.root, 'mine.txt'));
    expect(writeTree(place, entriesOf(OLD)).unchanged).toHaveLength(4);
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FleetwrightError } from '../../constructs/index.ts';
import { OutputTree, type OutputTreeOptions } from './index.ts';
import { runChild } from './testing/children.ts';
import { injectFaults } from './testing/faults.ts';
import { aFolder, aPlace, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

// Starting a program takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const SMALL = { 'dev/hello/a.yaml': 'a\n', 'dev/hello/b.yaml': 'b\n', 'dev/hello/c.yaml': 'c\n' };
const NOBODY = 65534;

/** A disk of one megabyte at this folder. Where that takes rights that the test does not have, `false`. */
function mountSmallDisk(folder: string): boolean {
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'fleetwright-test', folder]).status === 0;
  if (isMounted) onTestFinished(() => void spawnSync('umount', [folder]));
  return isMounted;
}

/** A run during which the disk becomes full at a call. Returns the error, if there is one. */
function writeOnFullDisk(place: OutputTreeOptions, texts: Readonly<Record<string, string>>, fullFrom: number): Partial<FleetwrightError> {
  const faults = injectFaults({ fullFrom });
  try {
    writeTree(place, entriesOf(texts));
    return {};
  } catch (error) {
    return error as FleetwrightError;
  } finally {
    faults.remove();
  }
}

function repaired(place: OutputTreeOptions): Record<string, string> {
  OutputTree.open(place).close();
  return snapshot(place.root);
}

describe('A full disk', () => {
  it('is reported, and the tree is as it was', () => {
    const folder = aFolder();
    const isSmallDisk = mountSmallDisk(folder);
    const place = aPlace(folder);
    writeTree(place, entriesOf(SMALL));
    const before = snapshot(folder);

    const texts = { ...SMALL, 'dev/hello/b.yaml': 'changed\n', 'dev/new/huge.yaml': 'x'.repeat(2_000_000) };
    // Where no small disk could be made, calls fail as they would there.
    const report = runChild({ place, texts, ...(isSmallDisk ? {} : { fullFrom: 8 }) });
    expect(report).toMatchObject({
      code: 'FW_OUTPUT_FAILED',
      message: expect.stringMatching(
        /^Cannot .*: the disk is full; free some space and run again\. The tree is as it was\. \[FW_OUTPUT_FAILED\]$/,
      ),
    });
    expect(snapshot(folder)).toEqual(before);
    expect(writeTree(place, entriesOf({ ...SMALL, 'dev/hello/b.yaml': 'changed\n' })).changed).toEqual(['dev/hello/b.yaml']);
  });

  it('loses nothing, whichever call it refuses', () => {
    const place = aPlace();
    const texts = { ...SMALL, 'dev/hello/b.yaml': 'changed\n', 'dev/new/a.yaml': 'a\n' };
    const outcomes: string[] = [];
    for (let fullFrom = 1; outcomes.at(-1) !== 'written'; fullFrom++) {
      writeTree(place, entriesOf(SMALL));
      const oldTree = snapshot(place.root);
      const { code, message } = writeOnFullDisk(place, texts, fullFrom);
      const isNew = message === undefined || message.includes('The tree is complete');
      outcomes.push(message === undefined ? 'written' : isNew ? 'new' : 'old');
      expect([undefined, 'FW_OUTPUT_FAILED']).toContain(code);
      expect(repaired(place)).toMatchObject(isNew ? texts : oldTree);
    }
    expect(outcomes.join(' ')).toMatch(/^(old ){10,}(new )+written$/);
  });
});

describe('A tree without permission to write', () => {
  it('is reported, and left as it is', () => {
    const folder = aFolder();
    const place = aPlace(folder);
    writeTree(place, entriesOf(SMALL));
    const before = snapshot(folder);
    const uid = process.getuid?.() === 0 ? NOBODY : undefined;
    chmodSync(folder, 0o755);
    chmodSync(place.root, 0o555);
    onTestFinished(() => chmodSync(place.root, 0o755));

    expect(runChild({ place, texts: { ...SMALL, 'dev/hello/b.yaml': 'changed\n' }, uid })).toMatchObject({
      code: 'FW_OUTPUT_FAILED',
      message: `Cannot create the folder ${place.root}/.fleetwright: permission denied; give this user the right to write there, or choose another folder. Nothing has been written. [FW_OUTPUT_FAILED]`,
    });
    expect(snapshot(folder)).toEqual(before);
  });

  it('is reported for one folder of it, and the rest is left as it is', () => {
    const folder = aFolder();
    const place = aPlace(folder);
    const uid = process.getuid?.() === 0 ? NOBODY : undefined;
    chmodSync(folder, 0o755);
    mkdirSync(join(place.root, 'dev'), { recursive: true });
    mkdirSync(join(folder, 'cache'));
    if (uid !== undefined) for (const path of [place.root, join(folder, 'cache')]) chownSync(path, uid, uid);
    chmodSync(join(place.root, 'dev'), 0o555);
    writeFileSync(join(place.root, 'mine.txt'), 'mine\n');

    const before = snapshot(folder);
    const texts = { 'prod/a.yaml': 'a\n', 'dev/hello/a.yaml': 'a\n' };
    expect(runChild({ place, texts, uid })).toMatchObject({
      code: 'FW_OUTPUT_FAILED',
      message: `Cannot write to the folder ${place.root}/dev: permission denied; give this user the right to write there, or choose another folder. The tree is as it was. [FW_OUTPUT_FAILED]`,
    });
    expect(snapshot(folder)).toEqual(before);
    chmodSync(join(place.root, 'dev'), 0o755);
    expect(writeTree(place, entriesOf(texts)).added).toHaveLength(2);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { OutputTree, type OutputTreeOptions } from './index.ts';
import { kill, runChild, startChild } from './testing/children.ts';
import { injectFaults } from './testing/faults.ts';
import { aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

// Starting a program takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const DEAD_PID = spawnSync(process.execPath, ['--version']).pid;
const FOREIGN = { 'README.md': 'mine\n', 'dev/hello/NOTES.md': 'mine\n', 'dev/gone/kept.txt': 'mine\n' };
const OLD = {
  'dev/_argocd/root.yaml': 'same\n',
  'dev/hello/_org.yaml': 'old org\n',
  'dev/hello/greeter.yaml': 'old greeter\n',
  'dev/gone/a.yaml': 'a\n',
  'dev/lab/deep/coder.yaml': 'coder\n',
};
const NEW = {
  'dev/_argocd/root.yaml': 'same\n',
  'dev/hello/_org.yaml': 'new org\n',
  'dev/hello/greeter.yaml': 'new greeter\n',
  'dev/hello/added.yaml': 'added\n',
  'dev/hello/sub/added.yaml': 'added\n',
  'prod/hello/_org.yaml': 'prod\n',
  'prod/lab/coder.yaml': 'prod\n',
};

/** A tree of the old state, with foreign files in it. */
function anOldTree(texts: Readonly<Record<string, string>> = OLD): OutputTreeOptions {
  const place = aPlace();
  writeTree(place, entriesOf(texts));
  for (const [path, text] of Object.entries(FOREIGN)) put(join(place.root, path), text);
  return place;
}

function snapshotAfter(place: OutputTreeOptions, texts: Readonly<Record<string, string>>): Record<string, string> {
  writeTree(place, entriesOf(texts));
  return snapshot(place.root);
}

function repair(place: OutputTreeOptions): void {
  OutputTree.open(place).close();
}

/** A run of which only the first calls reach the disk, as if it had been killed. Returns whether it would have gone on. */
function dieAfter(calls: number, place: OutputTreeOptions, texts: Readonly<Record<string, string>>): boolean {
  const faults = injectFaults({ freezeAt: calls + 1 });
  try {
    writeTree(place, entriesOf(texts));
    return false;
  } catch {
    return true;
  } finally {
    faults.remove();
    buryHolder(join(place.root, '.fleetwright/lock.json'));
  }
}

/** Makes a lock that of a process that is gone. */
function buryHolder(lock: string): void {
  if (existsSync(lock)) writeFileSync(lock, readFileSync(lock, 'utf8').replace(`"pid":${process.pid}`, `"pid":${DEAD_PID}`));
}

describe('A run that is killed', () => {
  it('leaves the old tree or the new one, whichever call it is killed at', () => {
    const oldTree = snapshot(anOldTree().root);
    const newTree = snapshotAfter(anOldTree(), NEW);
    const outcomes: string[] = [];

    for (let calls = 0, place = anOldTree(); dieAfter(calls, place, NEW); calls++, place = anOldTree()) {
      repair(place);
      const tree = snapshot(place.root);
      outcomes.push(tree['prod/lab/coder.yaml'] === undefined ? 'old' : 'new');
      expect(tree, `killed after ${calls} calls`).toEqual(outcomes.at(-1) === 'old' ? oldTree : newTree);
      expect(snapshotAfter(place, NEW)).toEqual(newTree);
    }
    expect(outcomes.join(' ')).toMatch(/^(old ){15,}(new ){15,}new$/);
  });

  it('leaves nothing behind when it was the first', () => {
    for (let calls = 0; calls < 15; calls++) {
      const place = aPlace();
      dieAfter(calls, place, NEW);
      repair(place);
      expect(Object.keys(snapshot(join(place.root, '..'))).filter((path) => path !== 'rendered/')).toEqual([]);
    }
  });

  it('is completed by runs that are killed themselves', () => {
    const newTree = snapshotAfter(anOldTree(), NEW);
    for (let first = 15; first < 40; first += 3) {
      const place = anOldTree();
      for (let calls = first; dieAfter(calls, place, NEW); calls = 5 + ((calls * 7) % 30));
      expect(snapshot(place.root)).toEqual(newTree);
    }
  });

  it('leaves the old tree or the new one, at 25 points in time', async () => {
    const [before, after] = [manyTexts('old'), manyTexts('new')];
    const oldTree = snapshot(anOldTree(before).root);
    const newTree = snapshotAfter(anOldTree(before), after);

    for (let round = 0; round < 25; round++) {
      const place = anOldTree(before);
      const child = await startChild({ place, texts: after }, 'ready');
      await wait(round * 2);
      await kill(child);
      repair(place);
      expect([oldTree, newTree]).toContainEqual(snapshot(place.root));
    }
  });

  it('leaves the old tree or the new one, at 25 points of its work', () => {
    const oldTree = snapshot(anOldTree().root);
    const newTree = snapshotAfter(anOldTree(), NEW);
    for (let dieAt = 5; dieAt < 30; dieAt++) {
      const place = anOldTree();
      expect(runChild({ place, texts: NEW, dieAt })).toBeUndefined();
      repair(place);
      expect([oldTree, newTree]).toContainEqual(snapshot(place.root));
    }
  });
});

function manyTexts(version: string): Record<string, string> {
  const numbers = Array.from({ length: 150 }, (_, index) => index);
  const files = numbers.map((number): [string, string] => [
    `dev/org-${number % 7}/agent-${number}.yaml`,
    `${version} ${number}\n`.repeat(100),
  ]);
  return { ...Object.fromEntries(files), [`dev/only-${version}/a.yaml`]: version };
}

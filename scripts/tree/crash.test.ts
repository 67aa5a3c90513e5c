import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutputTree, type OutputTreeOptions } from './index.ts';
import { kill, runChild, startChild } from './testing/children.ts';
import { aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

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

describe('A run that is killed', () => {
  it('leaves the old tree or the new one, whichever call it is killed at', () => {
    const oldTree = snapshot(anOldTree().root);
    const newTree = snapshotAfter(anOldTree(), NEW);
    const outcomes: string[] = [];

    for (let dieAt = 1; dieAt < 100; dieAt++) {
      const place = anOldTree();
      const report = runChild({ place, texts: NEW, dieAt });
      if (report !== undefined) break;
      repair(place);
      const tree = snapshot(place.root);
      outcomes.push(tree['prod/lab/coder.yaml'] === undefined ? 'old' : 'new');
      expect(tree, `killed at call ${dieAt}`).toEqual(outcomes.at(-1) === 'old' ? oldTree : newTree);
      expect(snapshotAfter(place, NEW)).toEqual(newTree);
    }

    expect(outcomes.length).toBeGreaterThan(25);
    expect(outcomes.join(' ')).toMatch(/^(old ){10,}(new ){10,}new$/);
  }, 120_000);

  it('leaves nothing behind when it was the first', () => {
    for (const dieAt of [1, 2, 3, 4, 5, 8, 12]) {
      const place = aPlace();
      expect(runChild({ place, texts: NEW, dieAt })).toBeUndefined();
      repair(place);
      expect(snapshot(place.root)).toEqual({});
    }
  }, 60_000);

  it('is completed by runs that are killed themselves', () => {
    const place = anOldTree();
    const newTree = snapshotAfter(anOldTree(), NEW);
    let kills = 0;
    while (runChild({ place, texts: NEW, dieAt: 6 + kills * 3 }) === undefined) kills += 1;
    expect(kills).toBeGreaterThan(3);
    expect(snapshot(place.root)).toEqual(newTree);
  }, 120_000);

  it('leaves the old tree or the new one, whenever it is killed', async () => {
    const [before, after] = [manyTexts('old'), manyTexts('new')];
    const oldTree = snapshot(anOldTree(before).root);
    const newTree = snapshotAfter(anOldTree(before), after);

    for (let round = 0; round < 25; round++) {
      const place = anOldTree(before);
      const child = await startChild({ place, texts: after }, 'ready');
      await wait((round % 25) * 4);
      await kill(child);
      repair(place);
      expect([oldTree, newTree]).toContainEqual(snapshot(place.root));
    }
  }, 120_000);
});

function manyTexts(version: string): Record<string, string> {
  const numbers = Array.from({ length: 400 }, (_, index) => index);
  const files = numbers.map((number) => [`dev/org-${number % 7}/agent-${number}.yaml`, `${version} ${number}\n`.repeat(50)]);
  return Object.fromEntries([...files, [`dev/only-${version}/a.yaml`, version]]);
}

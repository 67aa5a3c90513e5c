import { basename, join } from 'node:path';
import { fleetParts, toYaml } from '../charts/index.ts';
import type { Fleet } from '../constructs/index.ts';
import { reportFindings } from '../policies/index.ts';
import { CommittedTree } from './committed-tree.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { addedObjects, type ObjectChange, objectChanges } from './object-changes.ts';
import { type DataFormat, MARKS, paint, plural, print, printAside, printData } from './print.ts';
import { withProgress } from './progress.ts';
import { coveredPaths, isCovered } from './tree-entries.ts';
import { workChanges } from './work-changes.ts';

/** Options of `fleetwright diff`. */
export interface DiffOptions extends SelectionOptions {
  /** The rendered tree. */
  readonly out: string;
  readonly output: DataFormat | 'table';
}

interface FileChange {
  readonly change: 'added' | 'changed' | 'removed';
  /** Path below the rendered tree. */
  readonly file: string;
  readonly objects: readonly ObjectChange[];
}

/** The file that pipelines and triggers stand in. */
const FLEET_FILE = 'fleet.json';

/** Kinds whose removal loses what Git does not hold: data, keys, or everything below them. */
const LOSSES: Readonly<Record<string, string>> = {
  ApplicationSet: 'the Applications it made may be deleted',
  Namespace: 'everything in it is deleted',
  Password: 'its keys are made anew when it comes back',
  PersistentVolumeClaim: 'its data are lost',
  SopsSecret: 'its Secret is deleted',
};

/** Compares the fleets with the committed tree. Answers 0 when nothing differs, 1 when something does, and 2 when what breaks rules cannot be rendered. */
export async function diff({ out, output, ...selection }: DiffOptions): Promise<number> {
  const fleets = await loadFleets(selection);
  const judgement = new Judgement(fleets);
  if (judgement.hasErrors) {
    printAside(`${reportFindings(judgement.findings)}\n\nNothing was compared: what breaks rules cannot be rendered.`);
    return 2;
  }
  const changes = compare(fleets, new CommittedTree(out), coveredPaths(fleets, selection).covers);
  const losses = lossesOf(changes);
  if (output === 'table') printChanges(changes, losses, out);
  else printData({ changes, losses }, output);
  return changes.length === 0 ? 0 : 1;
}

function compare(fleets: readonly Fleet[], committed: CommittedTree, covers: readonly string[] | undefined): FileChange[] {
  const produced = new Set<string>();
  const added: FileChange[] = [];
  /** Path → what it is to become; an empty text for a file that goes. */
  const others = new Map<string, string>();
  for (const fleet of fleets) {
    for (const part of withProgress(fleet.environment.name, fleetParts(fleet))) {
      const { file } = part;
      const objects = part.manifest ? part.render() : [];
      const text = part.manifest ? toYaml(objects) : part.render();
      const result = committed.compare(file, text);
      produced.add(file);
      if (result === 'missing')
        added.push({ change: 'added', file, objects: part.manifest ? addedObjects(objects) : partsIn(file, '', text) });
      if (result === 'different') others.set(file, text);
    }
  }
  for (const file of committed.ownedPaths()) if (isCovered(file, covers) && !produced.has(file)) others.set(file, '');
  const before = committed.readAll([...others.keys()]);
  const differing = Array.from(others, ([file, text]): FileChange => {
    return { change: text === '' ? 'removed' : 'changed', file, objects: partsIn(file, before.get(file) ?? '', text) };
  });
  return [...added, ...differing];
}

/** What of a file has changed. */
function partsIn(file: string, before: string, after: string): ObjectChange[] {
  return basename(file) === FLEET_FILE ? workChanges(before, after) : objectChanges(before, after);
}

/** `PersistentVolumeClaim lab/ada (dev): its data are lost`, for each object that goes, and does not only move to another file. */
function lossesOf(changes: readonly FileChange[]): string[] {
  const objects = changes.flatMap(({ file, objects: found }) => found.map((object) => ({ ...object, environment: file.split('/')[0] })));
  const nameOf = ({ object, environment }: (typeof objects)[number]) => `${object} (${environment})`;
  const added = new Set(objects.filter(({ change }) => change === 'added').map(nameOf));
  return objects
    .filter((object) => object.change === 'removed' && LOSSES[object.kind] !== undefined && !added.has(nameOf(object)))
    .map((object) => `${nameOf(object)}: ${LOSSES[object.kind]}`);
}

function printChanges(changes: readonly FileChange[], losses: readonly string[], out: string): void {
  if (changes.length === 0) return print('No differences.');
  for (const { change, file, objects } of changes) {
    print(`${MARKS[change]} ${join(out, file)}`);
    for (const object of objects) print(`    ${MARKS[object.change]} ${object.object}  ${paint.dim(object.fields.join(', '))}`.trimEnd());
  }
  if (losses.length > 0) print(`\n${paint.red('Pruning would lose:')}\n${losses.map((loss) => `  ! ${loss}`).join('\n')}`);
  const count = (kind: FileChange['change']) => changes.filter(({ change }) => change === kind).length;
  print(`\n${plural(count('added'), 'file')} added, ${count('changed')} changed, ${count('removed')} removed.`);
}

import { join } from 'node:path';
import { fleetParts, toYaml } from '../charts/index.ts';
import type { Fleet } from '../constructs/index.ts';
import { CommittedTree } from './committed-tree.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { type ObjectChange, objectChanges } from './object-changes.ts';
import { type DataFormat, paint, print, printData } from './print.ts';

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

/** Kinds whose removal loses what Git does not hold: data, keys, or everything below them. */
const LOSSES: Readonly<Record<string, string>> = {
  ApplicationSet: 'the Applications it made may be deleted',
  Namespace: 'everything in it is deleted',
  Password: 'its keys are made anew when it comes back',
  PersistentVolumeClaim: 'its data are lost',
  SopsSecret: 'its Secret is deleted',
};

const MARKS = { added: paint.green('+'), changed: paint.yellow('~'), removed: paint.red('-') };

/** Compares the fleets with the committed tree. Answers 0 when nothing differs, else 1. */
export async function diff({ out, output, ...selection }: DiffOptions): Promise<number> {
  const fleets = await loadFleets(selection);
  const committed = new CommittedTree(out);
  const changes = fleets.flatMap((fleet) => compareFleet(fleet, committed, selection.org));
  if (output !== 'table') printData({ changes, losses: lossesOf(changes) }, output);
  else printChanges(changes, out);
  return changes.length === 0 ? 0 : 1;
}

function compareFleet(fleet: Fleet, committed: CommittedTree, orgs: readonly string[] | undefined): FileChange[] {
  const changes: FileChange[] = [];
  const produced = new Set<string>();
  for (const part of fleetParts(fleet)) {
    if (orgs !== undefined && !isOfOrgs(part.file, fleet.environment.name, orgs)) continue;
    produced.add(part.file);
    const text = toYaml(part.render());
    const result = committed.compare(part.file, text);
    if (result === 'same') continue;
    changes.push({ change: result === 'missing' ? 'added' : 'changed', file: part.file, objects: objectChanges(committed.read(part.file), text) });
  }
  const prefixes = orgs?.flatMap((org) => [`${fleet.environment.name}/${org}/`]) ?? [`${fleet.environment.name}/`];
  for (const file of committed.paths) {
    if (produced.has(file) || !prefixes.some((prefix) => file.startsWith(prefix)) || !file.endsWith('.yaml')) continue;
    changes.push({ change: 'removed', file, objects: objectChanges(committed.read(file), '') });
  }
  return changes;
}

function isOfOrgs(file: string, environment: string, orgs: readonly string[]): boolean {
  return orgs.some((org) => file.startsWith(`${environment}/${org}/`) || file === join(environment, '_argocd', `${org}.yaml`));
}

/** `Deployment hello/greeter: its data are lost`, for each removed object that matters. */
function lossesOf(changes: readonly FileChange[]): string[] {
  return changes.flatMap(({ file, objects }) =>
    objects
      .filter(({ change, kind }) => change === 'removed' && LOSSES[kind] !== undefined)
      .map(({ object, kind }) => `${object} (${file.split('/')[0]}): ${LOSSES[kind]}`),
  );
}

function printChanges(changes: readonly FileChange[], out: string): void {
  if (changes.length === 0) return print('No differences.');
  for (const { change, file, objects } of changes) {
    print(`${MARKS[change]} ${join(out, file)}`);
    for (const object of objects) print(`    ${MARKS[object.change]} ${object.object}${object.fields.length > 0 ? paint.dim(`  ${object.fields.join(', ')}`) : ''}`);
  }
  const losses = lossesOf(changes);
  if (losses.length > 0) print(`\n${paint.red('Pruning would lose:')}\n${losses.map((loss) => `  ! ${loss}`).join('\n')}`);
  const count = (kind: FileChange['change']) => changes.filter(({ change }) => change === kind).length;
  print(`\n${count('added')} files added, ${count('changed')} changed, ${count('removed')} removed.`);
}

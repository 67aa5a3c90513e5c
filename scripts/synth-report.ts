import { join } from 'node:path';
import { dispatcherParts } from '../charts/index.ts';
import { Agent, type Fleet, Model, Tool } from '../constructs/index.ts';
import { MARKS, paint, plural, print, printTable } from './print.ts';
import type { TreeChanges } from './tree/index.ts';

/** How the run was called. */
export interface SynthReportOptions {
  /** The rendered tree. */
  readonly out: string;
  /** Whether nothing was written. */
  readonly dryRun: boolean;
}

/** With more changes than this, folders are listed instead of files; with still more, some of them. */
const MOST_LINES = 12;
const FOLDER_WIDTH = 40;
const KINDS = ['added', 'changed', 'removed'] as const;

/** Says in one screen what a run made, what is new, and what to do next. */
export function reportSynth(fleets: readonly Fleet[], changes: TreeChanges, { out, dryRun }: SynthReportOptions): void {
  printTable(
    ['ENVIRONMENT', 'ORGS', 'AGENTS', 'TOOLS', 'MODELS', 'FILES'],
    fleets.map((fleet) => [fleet.environment.name, fleet.orgs.length, ...countParts(fleet), countFiles(changes, fleet.environment.name)]),
  );
  const lines = changeLines(changes, out);
  print(lines.length > 0 ? `\n${shorten(lines)}\n` : '');
  const notes = [...noteLines(changes, { out, dryRun }), ...(lines.length > 0 ? leftLines(fleets, out) : [])];
  if (notes.length > 0) print(paint.yellow(shorten(notes)));
  const counts = [...KINDS, 'unchanged' as const].map((kind) => `${changes[kind].length} ${kind}`);
  print(`${dryRun ? 'Dry run:' : 'Done:'} ${counts.join(', ')}, in ${Math.round(process.uptime() * 1000)} ms.`);
  print(nextStep(lines.length > 0, { out, dryRun }));
}

/** Says in a few lines what one of many runs has changed. */
export function reportWatched(changes: TreeChanges, { out, ms }: { readonly out: string; readonly ms: number }): void {
  const lines = changeLines(changes, out);
  if (lines.length > 0) print(shorten(lines));
  const notes = noteLines(changes, { out, dryRun: false });
  if (notes.length > 0) print(paint.yellow(shorten(notes)));
  print(`${lines.length === 0 ? 'Nothing changed' : 'Done'}, in ${Math.round(ms)} ms.`);
}

/** A line for each file; with many of them, for each folder. */
function changeLines(changes: TreeChanges, out: string): string[] {
  const isLong = KINDS.reduce((sum, kind) => sum + changes[kind].length, 0) > MOST_LINES;
  return KINDS.flatMap((kind) => {
    if (!isLong) return changes[kind].map((file) => `${MARKS[kind]} ${join(out, file)}`);
    const folders = Map.groupBy(changes[kind], (file) => file.slice(0, file.lastIndexOf('/') + 1));
    return [...folders].map(
      ([folder, files]) => `${MARKS[kind]} ${join(out, folder).padEnd(FOLDER_WIDTH)}  ${paint.dim(plural(files.length, 'file'))}`,
    );
  });
}

/** What someone should know before going on. */
function noteLines({ edited, disagreeing }: TreeChanges, { out, dryRun }: SynthReportOptions): string[] {
  const undone = dryRun ? 'that would be undone' : 'that was undone';
  return [
    ...edited.map((file) => `! ${join(out, file)} had been edited by hand; ${undone}`),
    ...disagreeing.map((file) => `! ${join(out, file)} was out of date in the cache, which is a defect of Fleetwright; please report it`),
  ];
}

/** What a run about some orgs may have left out of date. */
function leftLines(fleets: readonly Fleet[], out: string): string[] {
  return fleets
    .filter((fleet) => dispatcherParts(fleet).length === 0)
    .map(
      ({ environment }) => `! ${join(out, environment.name, 'fleet.json')} names all orgs and was not looked at; a run without --org does`,
    );
}

function shorten(lines: readonly string[]): string {
  if (lines.length <= MOST_LINES) return lines.join('\n');
  return [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more`].join('\n');
}

function nextStep(isChanged: boolean, { out, dryRun }: SynthReportOptions): string {
  if (!isChanged) return `Nothing to do: ${out} is what the stacks say.`;
  if (dryRun) return 'Next: run it without --dry-run.';
  return `Next: git add ${out} && git diff --staged, then commit and push; Argo CD applies what is merged.`;
}

function countParts(fleet: Fleet): number[] {
  const parts = fleet.orgs.flatMap((org) => org.children);
  return [Agent, Tool, Model].map((type) => parts.filter((part) => part instanceof type).length);
}

function countFiles({ added, changed, unchanged }: TreeChanges, environment: string): number {
  return [...added, ...changed, ...unchanged].filter((file) => file.startsWith(`${environment}/`)).length;
}

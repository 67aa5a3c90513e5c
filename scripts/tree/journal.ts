import { join } from 'node:path';
import { FleetwrightError } from '../../constructs/index.ts';
import { UNFINISHED, assertWritable, list, look, move, readIfPresent, remove, removeFolder, removeIfEmpty, replace } from './files.ts';
import { Folders, type Place } from './folders.ts';
import { digestOf, readInventory } from './inventory.ts';
import type { TreeLayout } from './layout.ts';
import { findPathProblem, folderOf } from './paths.ts';

/** What a run has decided to do. All of it can be done again. */
export interface Journal {
  /** Owned files that go. */
  readonly removes: readonly string[];
  /** Files, and folders that are new as a whole, that move from the staging folder to their places. */
  readonly moves: readonly string[];
}

/** Commits to a run: from here on it is completed, by this process or by the next one. So what could stop it is looked for before. */
export function writeJournal(layout: TreeLayout, journal: Journal): void {
  const folders = new Set([...journal.removes, ...journal.moves].map(folderOf));
  for (const folder of folders) assertWritable(join(layout.root, folder));
  replace(layout.journal, JSON.stringify(journal));
}

/**
 * Completes a run that was killed after it had committed itself, or forgets what one left that was killed before.
 * Returns whether there was a run to complete.
 */
export function recover(layout: TreeLayout): boolean {
  const text = readIfPresent(layout.journal);
  if (text !== undefined) applyJournal(layout, parseJournal(layout.journal, text));
  forgetStaged(layout);
  return text !== undefined;
}

/** Removes what was staged. Does nothing once the run has committed itself. */
export function forgetStaged(layout: TreeLayout): void {
  if (look(layout.journal) !== undefined) return;
  for (const path of [layout.staged, layout.stagedInventory, `${layout.journal}${UNFINISHED}`]) {
    if (look(path) !== undefined) removeFolder(path);
  }
}

/**
 * Does what the journal says and forgets it. Steps that are done already are passed over, so that a run that was killed can be
 * completed. The inventory comes last: until then it tells which files may be deleted or written over.
 */
function applyJournal(layout: TreeLayout, journal: Journal): void {
  const inventory = readInventory(layout.inventory);
  const isOwned = (path: string) => digestOf(inventory, path) !== undefined;
  const folders = new Folders(layout.root);
  const staged = new Folders(layout.staged);
  if (look(layout.staged)?.isDirectory() === false) throw refuse(`${layout.staged} is not a folder; delete it`);
  for (const path of journal.removes) if (isOwned(path)) removeFile(layout, path, folders.find(path));
  for (const path of journal.moves) moveIntoPlace(layout, path, { folders, isOwned, staged });
  for (const folder of new Set(journal.removes.map(folderOf))) removeEmptyFolders(layout.root, folder);
  if (look(layout.stagedInventory) !== undefined) move(layout.stagedInventory, layout.inventory);
  remove(layout.journal);
}

function removeFile({ root }: TreeLayout, path: string, { file, problem }: Place): void {
  if (problem !== undefined) throw refuse(problem);
  if (file !== undefined) remove(`${root}/${path}`);
}

interface MoveContext {
  /** Those of the tree. */
  readonly folders: Folders;
  readonly isOwned: (path: string) => boolean;
  /** Those in which the files wait. */
  readonly staged: Folders;
}

/** Moves a staged file, or a staged folder as a whole; where a folder has appeared in the meantime, its contents one by one. */
function moveIntoPlace(layout: TreeLayout, path: string, context: MoveContext): void {
  const [from, to] = [`${layout.staged}/${path}`, `${layout.root}/${path}`];
  const staged = look(from);
  if (staged === undefined) return;
  const [isFolder, problemAbove] = [staged.isDirectory(), context.staged.findProblemAbove(path)];
  if (problemAbove !== undefined || !(isFolder || staged.isFile())) throw refuse(`${layout.staged} was not made by Fleetwright; delete it`);
  if (isFolder && look(to)?.isDirectory()) {
    for (const name of list(from)) moveIntoPlace(layout, `${path}/${name}`, context);
    return;
  }
  const { file, problem } = context.folders.find(path);
  if (problem !== undefined) throw refuse(problem);
  if (file !== undefined && !context.isOwned(path)) {
    throw refuse(`${path}: a file that Fleetwright did not write has appeared there; move it away or delete it`);
  }
  move(from, to);
}

/** Removes a folder that became empty, and then those above it, up to the root. */
function removeEmptyFolders(root: string, folder: string): void {
  for (let path = folder; path !== '' && removeIfEmpty(`${root}/${path}`); path = folderOf(path));
}

function parseJournal(path: string, text: string): Journal {
  try {
    const { removes, moves } = JSON.parse(text) as Journal;
    if ([...removes, ...moves].every((item) => findPathProblem(item) === undefined)) return { removes, moves };
  } catch {
    // Journals are written whole, so this one is someone else's; it is refused like one that leads outside the tree.
  }
  throw refuse(`${path} was not made by Fleetwright; delete it`);
}

function refuse(problem: string): FleetwrightError {
  return new FleetwrightError('FW_OUTPUT_UNSAFE', `The run that was under way cannot be completed: ${problem}. Then run again.`);
}

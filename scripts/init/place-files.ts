import { dirname, join } from 'node:path';
import { create, createFolder, FileFailure, look, move, removeFolder, removeIfEmpty, telling } from '../tree/files.ts';

/**
 * Puts files into a folder, all or none: they are written beside their places, and then moved. Nothing that stands there is overwritten
 * but the file `replaced`, one of them, which comes last.
 *
 * @throws FleetwrightError FW_OUTPUT_FAILED, and everything is as it was
 */
export function placeFiles(root: string, files: ReadonlyMap<string, string>, replaced: string): void {
  telling('Nothing has been changed.', () => {
    const undo: (() => void)[] = [];
    try {
      for (const folder of missingFolders(root)) undo.unshift(() => void removeIfEmpty(folder));
      createFolder(root);
      const staging = join(root, `.fleetwright-init-${process.pid}`);
      undo.unshift(() => removeFolder(staging));
      stage(staging, files);
      for (const entry of topEntries(files).filter((name) => name !== replaced)) {
        moveToFreePlace(join(staging, entry), join(root, entry));
        undo.unshift(() => removeFolder(join(root, entry)));
      }
      move(join(staging, replaced), join(root, replaced));
      removeFolder(staging);
    } catch (error) {
      telling(`Delete what is left of the new repository in ${root} before you try again.`, () => undo.forEach((step) => step()));
      throw error;
    }
  });
}

function stage(staging: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    createFolder(dirname(join(staging, path)));
    create(join(staging, path), text);
  }
}

/** Folders are moved as one, so that few steps can fail. */
function topEntries(files: ReadonlyMap<string, string>): string[] {
  return [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? path))];
}

function moveToFreePlace(from: string, to: string): void {
  if (look(to) !== undefined) throw new FileFailure('write', to, { code: 'EEXIST' });
  move(from, to);
}

/** The folder and those above it that do not exist, from the top. */
function missingFolders(folder: string): string[] {
  return look(folder) === undefined ? [...missingFolders(dirname(folder)), folder] : [];
}

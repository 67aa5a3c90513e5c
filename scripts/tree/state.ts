import { FileFailure, createFolder, look, removeFolder, removeIfEmpty, replace } from './files.ts';
import { STATE_FOLDER, type TreeLayout } from './layout.ts';
import { Lock } from './lock.ts';
import { refuseProblems } from './problems.ts';

/** Another process may remove the folder, at the end of its run, just before the lock is put there. */
const ATTEMPTS = 10;

/** Refuses a root that is not a folder of its own, and a state folder that leads elsewhere. */
export function checkRoot({ root, state }: TreeLayout): void {
  const problems: string[] = [];
  if (look(root)?.isSymbolicLink()) problems.push('it is a symbolic link; name the folder that it leads to');
  else if (look(root)?.isDirectory() === false) problems.push('a file stands there; move it away or choose another root');
  else if (look(state)?.isDirectory() === false) problems.push(`${STATE_FOLDER} is not a folder; delete it`);
  refuseProblems(root, problems);
}

/** Creates the state folder, hidden from git, and takes the lock in it. */
export function createState({ root, state, lock }: TreeLayout): Lock {
  for (let attempt = 1; ; attempt++) {
    try {
      createFolder(root);
      createFolder(state);
      replace(`${state}/.gitignore`, '*\n');
      return Lock.take(lock);
    } catch (error) {
      const isGone = error instanceof FileFailure && error.code === 'ENOENT';
      if (!isGone || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Gives the lock back and removes the state folder. */
export function removeState({ state }: TreeLayout, lock: Lock): void {
  removeFolder(`${state}/.gitignore`);
  lock.release();
  removeIfEmpty(state);
}

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

/** The folder, hidden from git, in which a run keeps what is not part of the tree yet; and the lock in it. */
export class RunState {
  readonly #layout: TreeLayout;
  readonly #lock: Lock;
  readonly #createdRoot: boolean;

  /** Creates the folder, and the root if need be, and takes the lock. */
  static take(layout: TreeLayout): RunState {
    checkRoot(layout);
    const createdRoot = createFolder(layout.root);
    for (let attempt = 1; ; attempt++) {
      try {
        createFolder(layout.state);
        return new RunState(layout, Lock.take(layout.lock), createdRoot).#hide();
      } catch (error) {
        const isGone = error instanceof FileFailure && error.code === 'ENOENT';
        if (!isGone || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private constructor(layout: TreeLayout, lock: Lock, createdRoot: boolean) {
    this.#layout = layout;
    this.#lock = lock;
    this.#createdRoot = createdRoot;
  }

  /** Hides the folder from git; only who has the lock does, so that no two write the same file. */
  #hide(): this {
    try {
      replace(`${this.#layout.state}/.gitignore`, '*\n');
      return this;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Throws when another process has taken the lock away. */
  assertHeld(): void {
    this.#lock.assertHeld();
  }

  /** Gives the lock back and removes the folder, unless a run is to be completed; and the root too if nothing came of it. */
  release(): void {
    if (look(this.#layout.journal) === undefined) removeFolder(`${this.#layout.state}/.gitignore`);
    this.#lock.release();
    removeIfEmpty(this.#layout.state);
    if (this.#createdRoot) removeIfEmpty(this.#layout.root);
  }
}

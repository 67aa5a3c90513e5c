import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

/** Where workflows are: ours, and the one that new repositories get. */
const FOLDERS = ['.github/workflows', 'scripts/init/repository'];

/** A commit, and the version that it is, for people and for programs that propose newer ones. */
const PINNED = /^[-\w./]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** Actions of workflows that are not named by a commit: a tag can be moved to another program. */
export function findUnpinnedActions(root: string): Finding[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
      .flatMap((file) => unpinnedIn(root, `${folder}/${file}`)),
  );
}

function unpinnedIn(root: string, file: string): Finding[] {
  return readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((text, index): Finding[] => {
      const action = /^[-\s]*uses:\s*(.*?)\s*$/.exec(text)?.[1];
      // What is in the repository itself has its commit.
      if (action === undefined || action.startsWith('./') || PINNED.test(action)) return [];
      return [{ file, line: index + 1, text: `the action '${action}' is not pinned: write its commit, and behind it '# v1.2.3'` }];
    });
}

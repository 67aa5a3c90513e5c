import { join } from 'node:path';
import { unpackDebian } from '../binaries/index.ts';

/** Programs of Debian that people have on their machines, unpacked and not installed. */
export interface Workstation {
  readonly zsh: string;
  readonly fish: string;
  /** Folder of `age-keygen`. */
  readonly bin: string;
  /** What the programs need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the functions that fish brings along. */
  readonly fishFunctions: string;
  /** Lines by which zsh finds its own modules and functions. */
  readonly zshenv: string;
}

const PACKAGES = ['age', 'fish', 'fish-common', 'libpcre2-32-0', 'zsh', 'zsh-common'];

/** The programs in the cache; downloaded by the first call. */
export async function fetchWorkstation(cache: string): Promise<Workstation> {
  const root = join(cache, 'workstation');
  await unpackDebian(root, PACKAGES);
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  const functions = join(root, 'usr/share/zsh/functions');
  return {
    zsh: join(root, 'bin/zsh'),
    fish: join(root, 'usr/bin/fish'),
    bin: join(root, 'usr/bin'),
    fishFunctions: join(root, 'usr/share/fish/functions'),
    env: { LD_LIBRARY_PATH: libraries },
    zshenv: `module_path=('${libraries}/zsh/5.9')\nfpath=('${functions}' '${functions}'/**/*(/N))\n`,
  };
}

import { basename, join, normalize, resolve } from 'node:path';
import { FleetwrightError } from '../../constructs/index.ts';
import { list, look, readIfPresent, telling } from '../tree/files.ts';
import { dependenciesOf, type JsonObject, mergePackageFile, parsePackageFile } from './package-file.ts';
import { LONGEST_NAME, questions } from './questions.ts';

/** What `npm install` reads and leaves, and `git init` leaves, in a folder that is otherwise empty. */
const FINE = new Set(['.git', '.npmrc', 'node_modules', 'package.json', 'package-lock.json']);
const SHOWN = 20;

/** A folder in which a repository can be started. */
export class Target {
  readonly root: string;
  /** What its `package.json` says; empty where there is none. */
  readonly packageFile: JsonObject;

  /** @throws FleetwrightError FW_OUTPUT_UNSAFE for what is in the way, FW_OUTPUT_FAILED for what cannot be read */
  constructor(folder: string) {
    this.root = resolve(folder);
    const names = telling('Nothing has been written.', () => namesIn(this.root));
    const text = telling('Nothing has been written.', () => readIfPresent(join(this.root, 'package.json')));
    const parsed = parsePackageFile(text ?? '{}');
    if (typeof parsed === 'string') throw this.#refuse([`package.json: ${parsed}`]);
    this.packageFile = parsed;
    const foreign = names.filter((name) => !FINE.has(name) && !isDependency(name, parsed));
    if (foreign.length > 0) throw this.#refuse(foreign);
  }

  /** The name that `package.json` says, if it is one. */
  packageName(): { readonly name?: string } {
    const { name } = this.packageFile;
    return typeof name === 'string' && questions.name.fits(name) ? { name } : {};
  }

  /** A name for the repository: the folder's, as far as it can be one. */
  suggestName(): string {
    const cleaned = basename(this.root)
      .toLowerCase()
      .replace(/[^-a-z0-9._]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, LONGEST_NAME);
    return cleaned || 'fleet';
  }

  /**
   * The text of its `package.json` with what it lacks.
   *
   * @throws FleetwrightError FW_OUTPUT_UNSAFE where it says something else
   */
  mergePackageFile(wanted: JsonObject): string {
    const merged = mergePackageFile(this.packageFile, wanted);
    if ('text' in merged) return merged.text;
    throw this.#refuse(merged.problems.map((problem) => `package.json: ${problem}`));
  }

  #refuse(problems: readonly string[]): FleetwrightError {
    const shown = [...problems.slice(0, SHOWN), ...(problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [])];
    const head = `No repository was started in ${this.root}, which has to be empty but for what npm and Git make; move away what is in the way:`;
    return new FleetwrightError('FW_OUTPUT_UNSAFE', [head, ...shown].join('\n  - '));
  }
}

function namesIn(root: string): string[] {
  return look(root) === undefined ? [] : list(root).sort();
}

/** A package that lies in the folder is part of the repository. */
function isDependency(name: string, packageFile: JsonObject): boolean {
  return Object.values(dependenciesOf(packageFile)).some((version) => version.startsWith('file:') && normalize(version.slice(5)) === name);
}

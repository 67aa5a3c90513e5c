import type { TreeEntry } from './entry.ts';
import { INVENTORY, STATE_FOLDER } from './layout.ts';

const LONGEST_PATH = 1000;
const LONGEST_NAME = 255;

/** Plain ASCII characters; does not start as an option of a command would. */
const NAME = /^[\w.@+][\w.@+-]*$/;

/** Means something else to a shell, to git or to Windows, which also drops a dot at the end. */
const RESERVED = /^(?:\.git|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?)$/i;

const OWN = new Set([INVENTORY, STATE_FOLDER]);

/** Why no file of the tree may have this path; `undefined` when it may. */
export function findPathProblem(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `must have at most ${LONGEST_PATH} characters, got ${path.length}`;
  const names = path.split('/');
  if (OWN.has((names[0] ?? '').toLowerCase()))
    return `must not start with '${INVENTORY}' or '${STATE_FOLDER}', which the writer keeps for itself`;
  for (const name of names) {
    const problem = findNameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same for a path in a folder that has been checked before. */
function findLastNameProblem(path: string, folder: string): string | undefined {
  return path.length > LONGEST_PATH ? findPathProblem(path) : findNameProblem(path.slice(folder.length + 1));
}

function findNameProblem(name: string): string | undefined {
  if (!NAME.test(name))
    return "must be a path below the root: names of letters, digits and . _ @ + - with '/' between them, none starting with '-'";
  if (name.endsWith('.')) return "must not hold '.' or '..', or a name that ends in '.'";
  if (RESERVED.test(name)) return `must not hold '${name}', which is reserved (.git, and what Windows reserves: con, nul, com1 and so on)`;
  return name.length > LONGEST_NAME ? `must have names of at most ${LONGEST_NAME} characters, got ${name.length}` : undefined;
}

/** The folder that a path is in: `dev/hello` for `dev/hello/greeter.yaml`, an empty text for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

interface Claim {
  readonly path: string;
  /** Left out for a folder. */
  readonly source?: string;
}

/** Paths in use. Some file systems do not tell upper from lower case, so paths that differ only in that cannot both be. */
export class PathClaims {
  readonly #claims = new Map<string, Claim>();
  #lastFolder = '';

  /** Takes the path for one file. Returns why that cannot be, if so. */
  claim(entry: Pick<TreeEntry, 'path' | 'source'>): string | undefined {
    const { path } = entry;
    const folder = folderOf(path);
    const rule = folder !== '' && folder === this.#lastFolder ? findLastNameProblem(path, folder) : findPathProblem(path);
    if (rule !== undefined) return `${JSON.stringify(path)} (${entry.source()}) ${rule}`;
    const conflict = folder === this.#lastFolder ? undefined : this.#claimFolder(folder);
    if (conflict !== undefined) return conflict;
    this.#lastFolder = folder;

    const key = path.toLowerCase();
    const other = this.#claims.get(key);
    // Not the entry itself, which holds on to all that its file is made from.
    const claim = { path, source: entry.source() };
    if (other !== undefined) return describeConflict(claim, other);
    this.#claims.set(key, claim);
    return undefined;
  }

  /** Whether a file has taken exactly this path. */
  has(path: string): boolean {
    return this.#claims.get(path.toLowerCase())?.path === path;
  }

  #claimFolder(folder: string): string | undefined {
    if (folder === '') return undefined;
    const key = folder.toLowerCase();
    const other = this.#claims.get(key);
    if (other === undefined) {
      this.#claims.set(key, { path: folder });
      return this.#claimFolder(folderOf(folder));
    }
    return other.source === undefined && other.path === folder ? undefined : describeConflict({ path: folder }, other);
  }
}

function describeConflict(one: Claim, other: Claim): string {
  if (one.path !== other.path) return `${describeClaim(other)} and ${describeClaim(one)} differ only in upper and lower case; rename one`;
  if (one.source === undefined || other.source === undefined) return `${one.path} would be a file and a folder at once; rename one`;
  return `${one.path} is made twice, by ${other.source} and by ${one.source}; rename one`;
}

function describeClaim(claim: Claim): string {
  return claim.source === undefined ? `the folder ${claim.path}` : `${claim.path} (${claim.source})`;
}

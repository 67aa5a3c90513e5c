import { execFile } from 'node:child_process';
import { valid, validRange } from 'semver';
import { type Candidate, newestOf } from './candidate.ts';
import { unresolved } from './unresolved.ts';

/** A version of an npm package. */
export interface PackageVersion extends Candidate {
  /** The SHA-512 of the package; `undefined` for old ones that were published without. */
  readonly integrity: string | undefined;
}

const TIMEOUT_MS = 60_000;
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Few retries, so that a registry that is away is told of soon. Everything else is as `.npmrc` says. */
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000', '--fetch-timeout=30000'];

/**
 * The versions of an npm package that are in a range, as the npm client of this machine finds them: by the registries and
 * credentials of `.npmrc`.
 *
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED where there are none, or the registry cannot be asked
 */
export async function findPackageVersions(packageName: string, range: string): Promise<PackageVersion[]> {
  // npm takes any version for the one that is tagged as the latest, which need not work with what depends on it.
  const asked = validRange(range) === '*' ? '>=0.0.0' : range;
  const answer = await view(`${packageName}@${asked}`, ['version', 'dist.integrity', 'deprecated']);
  const versions = answer === NOT_FOUND ? [] : listOf(answer).flatMap(toVersion);
  if (versions.length > 0) return versions;
  const all = await view(packageName, ['versions']);
  if (all === NOT_FOUND) throw unresolved(`there is no npm package '${packageName}' in the registry that npm is set to use`);
  const known = listOf(all).filter((version) => typeof version === 'string' && valid(version) !== null) as string[];
  const newest = newestOf(known);
  const hint = newest === undefined ? 'it has no versions' : `its newest version is ${newest}`;
  throw unresolved(`no version of the npm package '${packageName}' is in '${range}'; ${hint}`);
}

/** Runs npm, and answers with what it prints, whether or not it ended well. */
export async function runNpm(
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<{ failed: boolean; stdout: string }> {
  return new Promise((resolve, reject) => {
    const limits = { encoding: 'utf8', killSignal: 'SIGKILL', maxBuffer: LARGEST_ANSWER, timeout: TIMEOUT_MS, ...options } as const;
    execFile('npm', [...args, '--json', '--loglevel=error', '--no-update-notifier', ...PATIENCE], limits, (error, stdout) => {
      if (error === null) return resolve({ failed: false, stdout });
      if (error.code === 'ENOENT') return reject(unresolved('npm is not installed, or not on the PATH', error));
      if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return reject(unresolved('npm answered with more than 32 MiB', error));
      if (error.killed === true) return reject(unresolved(`npm did not end within ${TIMEOUT_MS / 1000} seconds`, error));
      return resolve({ failed: true, stdout });
    });
  });
}

/** Why npm failed, in a line. */
export function npmFailure(stdout: string): { code: string; summary: string } {
  const { error } = parse(stdout) as { error?: { code?: unknown; summary?: unknown } };
  const summary = typeof error?.summary === 'string' ? (error.summary.split('\n')[0] ?? '') : '';
  return { code: typeof error?.code === 'string' ? error.code : '', summary: summary || 'it gave no reason' };
}

const NOT_FOUND = Symbol('not found');

async function view(spec: string, fields: readonly string[]): Promise<unknown> {
  const { failed, stdout } = await runNpm(['view', spec, ...fields]);
  if (!failed) return stdout.trim() === '' ? NOT_FOUND : parse(stdout);
  const { code, summary } = npmFailure(stdout);
  if (code === 'E404') return NOT_FOUND;
  throw unresolved(`npm cannot ask for '${spec}': ${code} ${summary}; try 'npm view' with it, or work offline with the lock as it is`);
}

function parse(stdout: string): unknown {
  try {
    return JSON.parse(stdout) ?? {};
  } catch {
    return {};
  }
}

function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [answer];
}

function toVersion(entry: unknown): PackageVersion[] {
  // npm leaves out the names of fields where only one is there.
  const fields = typeof entry === 'string' ? { version: entry } : (entry as Readonly<Record<string, unknown>> | null);
  const version = fields?.['version'];
  if (typeof version !== 'string' || valid(version) !== version) return [];
  const integrity = fields?.['dist.integrity'];
  const digests = typeof integrity === 'string' ? integrity.split(/\s+/) : [];
  return [
    {
      deprecated: fields?.['deprecated'] !== undefined && fields['deprecated'] !== false && fields['deprecated'] !== '',
      integrity: digests.find((text) => /^sha512-[A-Za-z0-9+/]{86}==$/.test(text)),
      version,
    },
  ];
}

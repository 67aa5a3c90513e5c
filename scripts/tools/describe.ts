import { existsSync, copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { type LockedPackage, toolFiles } from '../../environments/index.ts';
import { listTools } from './mcp.ts';
import { npmFailure, runNpm } from './npm.ts';
import { unresolved } from './unresolved.ts';

/** The digest of what a server says of its tools, or why it says nothing. */
export type Described = { readonly digest: string } | { readonly failure: string };

/**
 * The digest of what a server says of its tools: their names, titles, descriptions, schemas and annotations, which is what models act
 * on. It installs the package into a folder of its own and runs it, so it executes foreign code; scripts of installation are not run.
 *
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED
 */
export async function describePackage(locked: LockedPackage): Promise<Described> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fleetwright-tool-')));
  try {
    await install(folder, locked);
    const program = findProgram(folder, locked.npm);
    if (typeof program !== 'string') return program;
    const listed = await listTools(program, folder);
    return 'failure' in listed ? listed : { digest: await digestOfTools(listed.tools) };
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
}

/** What counts of a tool. */
const FIELDS = ['annotations', 'description', 'inputSchema', 'name', 'outputSchema', 'title'];

/** The same for the same tools, in whatever order the server names them and their fields. */
async function digestOfTools(tools: readonly Readonly<Record<string, unknown>>[]): Promise<string> {
  const { digestOf } = await toolFiles();
  const described = tools.map((tool) => Object.fromEntries(FIELDS.map((field) => [field, tool[field]])));
  return digestOf(described.sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1)));
}

async function install(folder: string, { npm, version, integrity }: LockedPackage): Promise<void> {
  const settings = join(folder, '.npmrc');
  writeFileSync(join(folder, 'package.json'), '{}');
  if (existsSync('.npmrc')) copyFileSync('.npmrc', settings);
  const { failed, stdout } = await runNpm(['install', `${npm}@${version}`, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'], {
    cwd: folder,
  });
  // It may name credentials, and the folder is the one that the server may read.
  rmSync(settings, { force: true });
  if (failed) {
    const { code, summary } = npmFailure(stdout);
    throw unresolved(`${npm}@${version} cannot be installed to be asked: ${code} ${summary}`);
  }
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages?: Record<string, { integrity?: string }> };
  const got = lock.packages?.[`node_modules/${npm}`]?.integrity ?? 'nothing';
  if (!got.split(/\s+/).includes(integrity)) {
    throw unresolved(
      `npm installed another ${npm}@${version} than the locked one: ${got} instead of ${integrity}; do not use it before you know why`,
    );
  }
}

/** The program of a package: its only one, or the one that is named for it. */
function findProgram(folder: string, packageName: string): string | { readonly failure: string } {
  const home = join(folder, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { bin?: string | Record<string, string> };
  const programs = typeof bin === 'object' ? bin : {};
  const names = Object.keys(programs);
  const own = packageName.slice(packageName.indexOf('/') + 1);
  const file = typeof bin === 'string' ? bin : (programs[own] ?? (names.length === 1 ? programs[names[0] ?? ''] : undefined));
  if (file === undefined) {
    const found = names.length === 0 ? 'no program' : `the programs ${names.join(', ')}, none of its own name`;
    return { failure: `${packageName} has ${found}, so nobody knows what to start` };
  }
  const path = resolve(home, file);
  return path.startsWith(home + sep) ? path : { failure: `${packageName} names a program outside of itself: ${file}` };
}

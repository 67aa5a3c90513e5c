/**
 * Lays out what the images hold, as `Dockerfile` takes it: `node scripts/gates/image.ts <folder>`, after `npm run build`.
 *
 *   <folder>/worker/      the worker with the reference agent, which need nothing but Node.js
 *   <folder>/controller/  the controller, its page, and the packages that it imports, at the versions of package-lock.json
 *   <folder>/sbom.json    these packages, in the format CycloneDX
 *   <folder>/packages.txt what each of them weighs
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What programs do not read: types, and where their text came from. */
const UNREAD = '**/*.{map,d.ts,d.mts,d.cts}';

/** What stands around the names of packages in built files. */
const QUOTES = ['"', "'", '`'];

/** A package of the image. */
interface Weight {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/gates/image.ts <folder>');
  process.exitCode = 2;
} else {
  const weights = await layOut(folder);
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = weights.map(({ name, version, bytes }) => `${toKilobytes(bytes)} kB  ${name} ${version}`);
  writeFileSync(join(folder, 'packages.txt'), `${[...lines, `${toKilobytes(total)} kB  in ${weights.length} packages`].join('\n')}\n`);
  console.log(lines.slice(0, 10).join('\n'), `\n${toKilobytes(total)} kB  in ${weights.length} packages`);
}

/** @returns the packages of the controller, the heaviest first */
async function layOut(to: string): Promise<Weight[]> {
  rmSync(to, { force: true, recursive: true });
  const controller = join(to, 'controller');
  cpSync(join(ROOT, 'build', 'controller'), controller, { recursive: true });
  for (const name of ['agent', 'shared', 'worker']) cpSync(join(ROOT, 'build', name), join(to, 'worker', name), { recursive: true });
  writePackageFiles(controller);
  await npm(controller, 'install', '--package-lock-only', '--ignore-scripts');
  await npm(controller, 'ci', '--omit=optional', '--ignore-scripts');
  for (const file of globSync(UNREAD, { cwd: join(controller, 'node_modules') })) rmSync(join(controller, 'node_modules', file));
  const sbom = await npm(controller, 'sbom', '--omit=optional', '--sbom-format=cyclonedx');
  writeFileSync(join(to, 'sbom.json'), sbom.slice(sbom.indexOf('{')));
  return weigh(controller);
}

/** Its packages are what its built files import, and nothing else that ours depends on. */
function writePackageFiles(controller: string): void {
  const { dependencies = {}, license, version } = readPackage(ROOT);
  const texts = globSync('*.js', { cwd: controller }).map((file) => readFileSync(join(controller, file), 'utf8'));
  const isImported = (name: string) =>
    texts.some((text) => QUOTES.some((quote) => text.includes(`${quote}${name}${quote}`) || text.includes(`${quote}${name}/`)));
  const used = Object.entries(dependencies).filter(([name]) => isImported(name));
  const file = { name: 'fleetwright-controller', version, license, private: true, type: 'module', dependencies: Object.fromEntries(used) };
  writeFileSync(join(controller, 'package.json'), `${JSON.stringify(file, undefined, 2)}\n`);
  // The versions of all others are those that were tested.
  for (const name of ['package-lock.json', '.npmrc']) cpSync(join(ROOT, name), join(controller, name));
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  mkdirSync(cwd, { recursive: true });
  const { code, output } = await runCommand(['npm', ...args, '--no-audit', '--no-fund', '--loglevel=error'], { root: cwd });
  if (code !== 0) throw new Error(`'npm ${args.join(' ')}' failed in ${cwd}:\n${output}`);
  return output;
}

function weigh(controller: string): Weight[] {
  const files = globSync('node_modules/**/*', { cwd: controller }).sort();
  const folders = files
    .filter((file) => /node_modules\/(@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(file))
    .map((file) => file.slice(0, -13));
  const weights = new Map(folders.map((each) => [each, { ...readPackage(join(controller, each)), bytes: 0 }]));
  for (const file of files) {
    const owner = /^.*node_modules\/(?:@[^/]+\/)?[^/@][^/]*(?=\/)/.exec(file)?.[0];
    const weight = owner === undefined ? undefined : weights.get(owner);
    const { isFile, size } = statOf(join(controller, file));
    if (weight !== undefined && isFile) weight.bytes += size;
  }
  return [...weights.values()].sort((a, b) => b.bytes - a.bytes);
}

function statOf(path: string): { readonly isFile: boolean; readonly size: number } {
  const stats = statSync(path);
  return { isFile: stats.isFile(), size: stats.size };
}

function readPackage(path: string): PackageFile {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as PackageFile;
}

function toKilobytes(bytes: number): string {
  return String(Math.ceil(bytes / 1000)).padStart(6);
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');

/** Where the controller looks for it in the repository. */
const FOLDER = join(ROOT, '.cache', 'web');

/** What the page is made of: its own files, the contract, and the versions of packages. */
const SOURCES = [import.meta.dirname, join(ROOT, 'controller', 'contract'), join(ROOT, 'package-lock.json')];

// Whoever calls: a test's environment would make it a build for development.
process.env['NODE_ENV'] = 'production';
await buildPage(resolve(process.argv[2] ?? FOLDER));

/** Builds the page into a folder, unless it is there already and was made of the same. */
async function buildPage(folder: string): Promise<void> {
  const stamp = join(folder, '.made-of');
  const hash = hashOf(SOURCES.flatMap(filesIn));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  // Beside it first: a controller may be serving what is there, and another build may be under way.
  const made = `${folder}.${process.pid}`;
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn', build: { outDir: made } });
  writeFileSync(join(made, '.made-of'), hash);
  rmSync(folder, { recursive: true, force: true });
  renameSync(made, folder);
  console.log(`The page is in ${folder}`);
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

function hashOf(files: readonly string[]): string {
  const sum = createHash('sha256');
  for (const file of files) sum.update(`${file}\0`).update(readFileSync(file));
  return sum.digest('hex');
}

// LEAD (12:40): STOP this approach. No self-written linker and no launcher cache in scripts/: it breaks call sites (file:line of stacks), doubles module
// identity and is a second loader. Instead: bench/compile.ts compiles + bundles the program ONCE into a temp folder with 'rolldown' (1.2.19, already in
// node_modules through vitest; I add it to devDependencies), code splitting, entries scripts/cli.ts and constructs/index.ts (one instance of the constructs;
// the bench project's stacks import the compiled constructs), a small plugin replaces import.meta.dirname by the source folder. Rows '--help' and 'start to
// first file' measure that compiled program, and the table says 'compiled and bundled, as a package would be'. Also report the same rows from source,
// without a gate. Reduce what is loaded (module count < 150 from source) by lazy imports only. Delete scripts/program/. Please finish by 13:05.
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..');
const LIBRARY = join(ROOT, 'constructs', 'index.ts');

/** What a linked program was made of, as the file system told. */
interface Stamp {
  /** The folder that holds the program. */
  readonly folder: string;
  readonly node: string;
  /** Path, size and time of change of each file. */
  readonly files: readonly (readonly [string, number, number])[];
}

/**
 * Runs `cli.ts`. It runs as one linked file, which is made again whenever one of its sources has changed, and kept under `.cache/`;
 * where that cannot be, it runs from its sources, only slower.
 */
export async function startProgram(): Promise<void> {
  const cache = join(ROOT, '.cache', 'program');
  const folder = findProgram(cache) ?? (await makeProgram(cache));
  if (folder === undefined) return runSources();
  const program = await importProgram(folder);
  if (program === undefined) return runSources();
  handOutLibrary(join(folder, 'library.mjs'));
  await program.run();
}

/** Left out, and made again next time, when it cannot be loaded: then it is the form of the program that is wrong. */
async function importProgram(folder: string): Promise<{ run(): Promise<void> } | undefined> {
  try {
    return (await import(pathToFileURL(join(folder, 'start.mjs')).href)) as { run(): Promise<void> };
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

async function runSources(): Promise<void> {
  await import('../cli.ts');
}

/** Stacks import our sources; they get what the program has linked, so that there is one class of each name. */
function handOutLibrary(file: string): void {
  const [from, to] = [pathToFileURL(LIBRARY).href, pathToFileURL(file).href];
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const found = nextResolve(specifier, context);
      return found.url === from ? { ...found, format: 'module', url: to } : found;
    },
  });
}

function findProgram(cache: string): string | undefined {
  try {
    const { files, folder, node } = JSON.parse(readFileSync(join(cache, 'stamp.json'), 'utf8')) as Stamp;
    return node === process.version && files.every(isUnchanged) ? join(cache, folder) : undefined;
  } catch {
    return undefined;
  }
}

/** By the time of change of its entry, which nobody can set: package managers give all versions of a file the same other times. */
function isUnchanged([file, size, changeTime]: Stamp['files'][number]): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.size === size && stats.ctimeMs === changeTime;
}

async function makeProgram(cache: string): Promise<string | undefined> {
  try {
    const { linkSources } = await import('./link-sources.ts');
    const { files, modules } = linkSources(ROOT, LIBRARY);
    const folder = String(process.pid);
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(join(cache, folder), { recursive: true });
    for (const [name, text] of Object.entries(modules)) writeFileSync(join(cache, folder, name), text);
    const stamp: Stamp = { files: files.map(describeFile), folder, node: process.version };
    writeFileSync(join(cache, folder, 'stamp.json'), JSON.stringify(stamp));
    renameSync(join(cache, folder, 'stamp.json'), join(cache, 'stamp.json'));
    return join(cache, folder);
  } catch {
    return undefined;
  }
}

function describeFile(file: string): Stamp['files'][number] {
  const { ctimeMs, size } = lstatSync(file);
  return [file, size, ctimeMs];
}

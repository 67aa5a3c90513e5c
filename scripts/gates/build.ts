import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { buildPrograms } from './build-programs.ts';
import { runCommand } from './run-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILD = join(ROOT, 'build');

/** What is imported from other packages: constructs that stacks share with cdk8s, and what most runs do not load at all. */
const EXTERNAL = /^(@marcbachmann\/cel-js|@modelcontextprotocol\/|@pulumi\/|ajv|cdk8s|constructs|croner|typebox|yaml)/;

/** Files that programs read beside themselves, and where they stand in the package. */
const RESOURCES: Readonly<Record<string, string>> = {
  'charts/gateway/agent_auth.py': 'agent_auth.py',
  'charts/gateway/guardrails.py': 'guardrails.py',
  'charts/gateway/meter.py': 'meter.py',
  'scripts/completion/completion.bash': 'completion.bash',
  'scripts/completion/completion.fish': 'completion.fish',
  'scripts/completion/completion.zsh': 'completion.zsh',
  'environments/environment.schema.json': 'environment.schema.json',
  'environments/tools-lock.schema.json': 'tools-lock.schema.json',
  'environments/tools.schema.json': 'tools.schema.json',
  'policies/schema/generated/schema.json': 'generated/schema.json',
  'tools.lock': 'estate/tools.lock',
  'tools.yaml': 'estate/tools.yaml',
};

/** Folders that programs read: what `fleetwright init` gives to new repositories, and what `fleetwright explain` tells. Of each, what fits. */
const FOLDERS = [
  { source: 'docs/errors', target: 'errors', files: /\.md$/ },
  { source: 'environments', target: 'estate/environments', files: /\.yaml$/ },
  { source: 'scripts/init/repository', target: 'repository', files: /./ },
  { source: 'stacks', target: 'estate/stacks', files: /(?<!\.test)\.ts$|^transcripts\/.+\.yaml$/ },
];

/**
 * What commander loads at once and needs for subcommands that are programs of their own, which Fleetwright has none of. Each takes
 * longer to load than all else that `--help` does.
 */
const lightBuiltins: Plugin = {
  name: 'light-builtins',
  resolveId: (id, importer) => (isLight(id, importer) ? `\0${id}` : undefined),
  load: (id) => LIGHT[id.slice(1)],
};
const LIGHT: Readonly<Record<string, string>> = {
  'node:child_process': 'export default {};',
  'node:process': 'export default process;',
};

function isLight(id: string, importer: string | undefined): boolean {
  return id in LIGHT && importer !== undefined && importer.includes('/node_modules/commander/');
}

/** An import of a module of Node.js: as a whole, by names, or both. */
const BUILTIN_IMPORT = /^import (?:\* as )?([\w$]+)?(?:, )?(\{.+\})? from ("node:[^"]+");$/gm;

/**
 * Takes modules of Node.js as they are. Where they are imported, Node.js makes ready all that they export: of `node:fs` alone, its
 * streams and promises, which takes longer than most of what a small run does. The first file stays, so that an old Node.js reads it.
 */
const directBuiltins: Plugin = {
  name: 'direct-builtins',
  renderChunk: (code, { name }) => (name === 'fleetwright' ? code : code.replace(BUILTIN_IMPORT, takeDirectly)),
};

function takeDirectly(_: string, whole: string | undefined, names: string | undefined, id: string): string {
  const targets = [whole, names?.replaceAll(' as ', ': ')].filter((target) => target !== undefined);
  return targets.map((target) => `const ${target} = process.getBuiltinModule(${id});`).join('\n');
}

await build();

/** Makes `build/`: what the package holds. Few files, because each one that is loaded costs as much as the work on a small agent. */
async function build(): Promise<void> {
  rmSync(BUILD, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: ROOT,
    external: (id, importer) => (id.startsWith('node:') && !isLight(id, importer)) || EXTERNAL.test(id),
    input: {
      index: 'index.ts',
      policies: 'policies/index.ts',
      pulumi: 'scripts/pulumi/index.ts',
      fleetwright: 'scripts/fleetwright.js',
      leash: 'scripts/up/leash.ts',
    },
    platform: 'node',
    plugins: [lightBuiltins, directBuiltins],
  });
  // All in one folder, so that a file beside a source is beside its program too.
  const { output } = await bundle.write({
    chunkFileNames: '[name].js',
    dir: BUILD,
    entryFileNames: '[name].js',
    comments: false,
    format: 'esm',
  });
  await bundle.close();
  for (const [source, target] of Object.entries(RESOURCES)) cpSync(join(ROOT, source), join(BUILD, target));
  for (const folder of FOLDERS) copyFolder(folder);
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  modules.push(...(await buildPrograms(ROOT, BUILD)));
  writeFileSync(join(BUILD, 'THIRD-PARTY-LICENSES.txt'), licensesOf(modules));
  // What `--help` prints without loading anything: `help` prints the same.
  const help = await runCommand(['node', join(BUILD, 'fleetwright.js'), 'help'], { root: ROOT });
  if (help.code !== 0) throw new Error(`The help cannot be printed:\n${help.output}`);
  writeFileSync(join(BUILD, 'help.txt'), help.output);
  const types = await runCommand(['tsc', '-p', 'tsconfig.build.json'], { root: ROOT });
  if (types.code !== 0) throw new Error(`The types cannot be built:\n${types.output}`);
}

function copyFolder({ source, target, files }: (typeof FOLDERS)[number]): void {
  const paths = readdirSync(join(ROOT, source), { encoding: 'utf8', recursive: true });
  for (const path of paths.filter((each) => files.test(each) && statSync(join(ROOT, source, each)).isFile())) {
    cpSync(join(ROOT, source, path), join(BUILD, target, path));
  }
}

/** The licenses of all packages that are in the bundle, as they ask for. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((module) => packageFolder(module) ?? []));
  const licenses = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} is bundled and has no file LICENSE: add it to EXTERNAL, or find its license`);
    return { who: `${name} ${version}`, text: readFileSync(join(folder, file), 'utf8').trim() };
  });
  // Many packages have the same one.
  const groups = [...Map.groupBy(licenses, ({ text }) => text)];
  return groups.map(([text, users]) => `${users.map(({ who }) => who).join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function packageFolder(module: string): string | undefined {
  if (!module.includes('/node_modules/')) return undefined;
  let folder = dirname(module.replace('\0', ''));
  while (!existsSync(join(folder, 'package.json')) || !hasName(folder)) folder = dirname(folder);
  return folder;
}

function hasName(folder: string): boolean {
  return 'name' in (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object);
}

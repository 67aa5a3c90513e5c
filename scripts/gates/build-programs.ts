import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { runCommand } from './run-command.ts';

/** Programs that are started by themselves, and what they take from `node_modules` when they run. */
interface Programs {
  /** Name of each, which is its folder below `build/`, and the first of its sources. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Packages that are not bundled. What they are stands in `dependencies` of package.json. */
  readonly external: RegExp;
  /** Folder below `build/` of what they share, and of what is loaded only when it is needed. */
  readonly chunks: string;
}

/** What has no file of its own, and is no module of Node.js. */
const PACKAGES = /^(?!node:|\.|\/|\0)/;
const NOTHING = /^$/;

/**
 * The programs of a fleet at run time. The worker and the agent are copied into containers of other images, so nothing stays outside of them, and
 * what they share stands in `build/shared`. The controller's packages are big, and the same on every machine that has it.
 */
const PROGRAMS: readonly Programs[] = [
  { inputs: { controller: 'controller/main.ts' }, external: PACKAGES, chunks: 'controller' },
  {
    inputs: {
      agent: 'controller/agent/main.ts',
      'scripted-model': 'controller/agent/scripted-model/main.ts',
      worker: 'controller/worker/main.ts',
    },
    external: NOTHING,
    chunks: 'shared',
  },
];

/** Both MCP packages bundle the same JSON Schema validator, which is a third of each: the server's imports lead to the client's. */
const oneValidator: Plugin = {
  name: 'one-validator',
  resolveId: (id, importer) =>
    id.startsWith('./ajvProvider-') && importer?.includes('/@modelcontextprotocol/server/') === true
      ? validatorIn(join(importer, '..', '..', '..', 'client', 'dist'))
      : undefined,
};

function validatorIn(folder: string): string {
  const [name, ...more] = readdirSync(folder).filter((each) => /^ajvProvider-.+\.mjs$/.test(each));
  if (name === undefined || more.length > 0) throw new Error(`${folder} has not exactly one ajvProvider-….mjs: remove 'one-validator'`);
  return join(folder, name);
}

/** Builds the programs and the page of the controller. @returns the modules that are in them */
export async function buildPrograms(root: string, build: string): Promise<string[]> {
  const modules: string[] = [];
  for (const programs of PROGRAMS) modules.push(...(await buildTogether(programs, root, build)));
  copySql(join(root, 'controller'), join(build, 'controller'));
  await buildPage(root, join(build, 'controller', 'web'));
  return modules;
}

async function buildTogether({ chunks, external, inputs }: Programs, root: string, dir: string): Promise<string[]> {
  const bundle = await rolldown({
    cwd: root,
    external: (id) => id.startsWith('node:') || external.test(id),
    input: inputs,
    platform: 'node',
    plugins: [oneValidator],
  });
  const names = { chunkFileNames: `${chunks}/[name].js`, entryFileNames: '[name]/main.js' };
  const { output } = await bundle.write({ ...names, dir, format: 'esm', minify: true });
  await bundle.close();
  // They are copied to where no other file says so.
  for (const name of [...Object.keys(inputs), chunks]) writeFileSync(join(dir, name, 'package.json'), '{"type":"module"}\n');
  return output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
}

/** They are read beside the program. */
function copySql(from: string, to: string): void {
  for (const path of readdirSync(from, { encoding: 'utf8', recursive: true })) {
    if (!path.endsWith('.sql')) continue;
    if (existsSync(join(to, basename(path))))
      throw new Error(`Two files are called ${basename(path)}: rename one, as they stand in one folder`);
    cpSync(join(from, path), join(to, basename(path)));
  }
}

/** The page stands beside the program that serves it. */
async function buildPage(root: string, to: string): Promise<void> {
  const options = ['--config', 'controller/web/vite.config.ts', '--logLevel', 'warn', '--outDir', to];
  // Whoever calls: the environment of a test would make it a build for development.
  const built = await runCommand(['vite', 'build', ...options], { root, env: { NODE_ENV: 'production' } });
  if (built.code !== 0) throw new Error(`The page cannot be built:\n${built.output}`);
}

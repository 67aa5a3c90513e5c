import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Terminal } from './terminal.ts';

/** The oldest Node.js that the package promises to work with. */
export const OLDEST_NODE = '22.18.0';

/** The older TypeScript that stacks are checked by. */
export const OLDER_TYPESCRIPT = '5.9.3';

/** The folders of the programs `node` that the package is tried with, by their versions. */
export async function nodeFolders(root: string): Promise<Record<string, string>> {
  const oldest = await installOnce(root, `node@${OLDEST_NODE}`);
  return { [OLDEST_NODE]: join(oldest, 'node', 'bin'), [process.versions.node]: dirname(process.execPath) };
}

/** The program `tsc` of the older TypeScript. */
export async function olderCompiler(root: string): Promise<string> {
  return join(await installOnce(root, `typescript@${OLDER_TYPESCRIPT}`), '.bin', 'tsc');
}

/** Installs an npm package into the cache, unless it is there. Returns the `node_modules` that it is in. */
async function installOnce(root: string, spec: string): Promise<string> {
  const folder = join(root, '.cache', 'e2e', 'npm', spec);
  if (existsSync(folder)) return join(folder, 'node_modules');
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const terminal = new Terminal(unfinished, dirname(process.execPath));
  await terminal.run(`npm install --no-audit --no-fund --no-save --prefix . ${spec}`, { isOnline: true });
  renameSync(unfinished, folder);
  return join(folder, 'node_modules');
}

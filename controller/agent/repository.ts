import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { sweep } from './session.ts';
import { runProgram } from './tools/run.ts';

/** How long a step may take, in milliseconds. */
const GIT_MS = 10 * 60_000;

/** Where to clone from, and the folder in which each task gets a clone. */
export interface Repository {
  readonly url: string;
  readonly folder: string;
}

/**
 * The clone of one task: each has its own, so that tasks at the same time do not meet before they merge. A later attempt finds what an earlier one
 * left. A repository in a folder of this machine is begun where there is none.
 *
 * @returns its folder
 * @throws Error with what git says
 */
export async function cloneFor(task: string, { url, folder }: Repository, signal: AbortSignal): Promise<string> {
  const target = join(folder, task);
  if (existsSync(join(target, '.git'))) return target;
  if (isAbsolute(url) && !existsSync(url)) await begin(url, signal);
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  await putAt(target, async (path) => {
    await git(folder, ['clone', '--quiet', '--', url, path], signal);
  });
  return target;
}

/** A bare repository whose branch `main` has one commit, with nothing in it. */
async function begin(target: string, signal: AbortSignal): Promise<void> {
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  await putAt(target, async (path) => {
    await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', path], signal);
    const tree = await git(path, ['mktree'], signal);
    const commit = await git(path, ['commit-tree', '-m', 'Begin', tree], signal);
    await git(path, ['update-ref', 'refs/heads/main', commit], signal);
  });
}

/** Makes a folder under another name first, so that nobody sees half of it. */
async function putAt(target: string, make: (path: string) => Promise<void>): Promise<void> {
  const path = `${target}.${process.pid}`;
  rmSync(path, { recursive: true, force: true });
  try {
    await make(path);
    renameSync(path, target);
  } catch (error) {
    // Another agent was faster.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

async function git(root: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { exit, output } = await runProgram(['git', ...args], { root, input: '', ms: GIT_MS, signal });
  if (exit !== 0) throw new Error(`git ${args[0]} failed: ${output.split('\n').at(-1)}`);
  return output;
}

import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { OWN_FOLDER } from '../session.ts';
import { Refused } from './tool.ts';

/** What no tool touches: the agent's own notes, and what tells git which programs to start. */
const HIDDEN: ReadonlySet<string> = new Set([OWN_FOLDER, '.git']);

/** Whether a path holds what no tool touches. Some file systems take `.GIT` for `.git`. */
export function isHidden(path: string): boolean {
  return path.split(sep).some((part) => HIDDEN.has(part.toLowerCase()));
}

/**
 * The path of a file below the root, whatever a model names: no way up, and no link that leads out, or to what no tool touches.
 *
 * @throws Refused
 */
export function inside(root: string, path: unknown): string {
  const name = String(path);
  const target = resolve(root, name);
  const base = realpathSync(root);
  if (isHidden(relative(root, target))) throw new Refused(`'${name}' is nothing for these tools`);
  const real = realPathOf(target);
  if (real !== base && !real.startsWith(`${base}${sep}`)) throw new Refused(`'${name}' is not in the current folder`);
  if (isHidden(relative(base, real))) throw new Refused(`'${name}' leads to what is nothing for these tools`);
  return real;
}

/** Where a path leads, as far as it exists. A link that leads nowhere does, and has no such path. */
function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  return join(realPathOf(dirname(path)), basename(path));
}

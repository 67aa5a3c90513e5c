import { mkdirSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RunFolder } from '../cluster/index.ts';
import type { Tarball } from './tarball.ts';
import { Terminal } from './terminal.ts';

/** How a newcomer begins. */
export interface NewcomerOptions {
  readonly run: RunFolder;
  readonly nodeFolder: string;
  readonly tarball: Tarball;
  /**
   * Whether the tarball is put into the folder, so that it becomes part of the repository.
   *
   * @default false
   */
  readonly keepsTarball?: boolean;
}

/** An empty folder, in which the package is installed. */
export async function anInstallation({ run, nodeFolder, tarball, keepsTarball = false }: NewcomerOptions): Promise<Terminal> {
  const folder = join(mkdtempSync(join(run.path, 'newcomer-')), 'acme-fleet');
  mkdirSync(folder);
  const terminal = new Terminal(folder, nodeFolder);
  if (keepsTarball) await terminal.run(`cp '${tarball.path}' .`);
  await terminal.run(`npm install ${keepsTarball ? `./${basename(tarball.path)}` : `'${tarball.path}'`}`, { isOnline: true });
  return terminal;
}

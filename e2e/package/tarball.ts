import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunFolder } from '../cluster/index.ts';
import { Terminal } from './terminal.ts';

/** The package as it is published. */
export interface Tarball {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The paths in it, sorted. */
  readonly files: readonly string[];
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Builds and packs the package, once for all tests of a run. */
export async function packOnce(root: string, run: RunFolder): Promise<Tarball> {
  const folder = join(run.path, 'tarball');
  const note = join(folder, 'packed.json');
  if (!existsSync(note)) {
    mkdirSync(folder);
    const { stdout } = await new Terminal(root, dirname(process.execPath)).run(`npm pack --json --pack-destination '${folder}'`);
    // The build may have printed something before.
    writeFileSync(note, stdout.slice(stdout.search(/^\[/m)));
  }
  const [packed] = JSON.parse(readFileSync(note, 'utf8')) as [Packed];
  const files = packed.files.map(({ path }) => path).sort();
  return { path: join(folder, packed.filename), size: packed.size, files };
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder made of `packages` by `make`: the one of an earlier run, when it was made of the same. */
export async function cachedFolder(path: string, packages: readonly string[], make: (folder: string) => Promise<void>): Promise<string> {
  const digest = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 16);
  const folder = `${path}-${digest}`;
  const done = join(folder, '.done');
  if (existsSync(done)) return folder;
  for (const older of readFolder(dirname(path)).filter((name) => join(dirname(path), name).startsWith(`${path}-`))) {
    rmSync(join(dirname(path), older), { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  await make(folder);
  mkdirSync(`${done}.new`);
  renameSync(`${done}.new`, done);
  return folder;
}

function readFolder(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

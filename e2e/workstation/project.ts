import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Makes a fleet in a folder, with `fleetwright` in its folder `bin`. */
export function makeProject(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'environments'), join(folder, 'environments'), { recursive: true });
  symlinkSync(join(ROOT, 'stacks'), join(folder, 'stacks'));
  const program = join(folder, 'bin', 'fleetwright');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'scripts', 'fleetwright.js')}' "$@"\n`);
  chmodSync(program, 0o755);
}

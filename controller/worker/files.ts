import { chmodSync, constants, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Copies the worker to where containers of other images find it: its program, the reference agent where that stands beside it, the Node.js that
 * runs them, and `worker`, which starts it. The image needs a shell, and the C++ library of GNU.
 */
export function install(folder: string): number {
  const program = process.argv[1] ?? '';
  const own = dirname(program);
  mkdirSync(folder, { recursive: true });
  cpSync(own, join(folder, 'program', 'worker'), { recursive: true });
  for (const neighbour of ['agent', 'shared']) {
    const from = join(own, '..', neighbour);
    if (existsSync(from)) cpSync(from, join(folder, 'program', neighbour), { recursive: true });
  }
  copyFileSync(process.execPath, join(folder, 'node'));
  chmodSync(join(folder, 'node'), 0o755);
  writeFileSync(join(folder, 'worker'), startScript(basename(program)), { mode: 0o755 });
  return 0;
}

/**
 * The first process of a container takes note of the ends of all whose parents are gone, or they would fill its table of processes. A shell does so
 * while it waits; Node.js does not.
 */
function startScript(program: string): string {
  return `#!/bin/sh
here=$(dirname -- "$0")
[ "$1" = run ] || exec "$here/node" "$here/program/worker/${program}" "$@"
"$here/node" "$here/program/worker/${program}" "$@" <&0 &
child=$!
trap 'kill -TERM $child' TERM
trap 'kill -INT $child' INT
trap 'kill -HUP $child' HUP
trap 'kill -USR2 $child' USR2
while :; do
  wait $child
  code=$?
  kill -0 $child 2>/dev/null || exit $code
done
`;
}

/** Copies the files of a folder, and of those below it, to where there is none of that name yet. Links are followed: a ConfigMap is made of them. */
export function seed(from: string, to: string): number {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    // Kubernetes keeps the versions of a mounted ConfigMap in folders that begin so.
    if (name.startsWith('..')) continue;
    const [source, target] = [join(from, name), join(to, name)];
    if (statSync(source).isDirectory()) seed(source, target);
    else copyIfMissing(source, target);
  }
  return 0;
}

function copyIfMissing(source: string, target: string): void {
  try {
    copyFileSync(source, target, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

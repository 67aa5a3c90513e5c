import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from './finding.ts';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, PackageFile & { readonly resolved?: string }>>;
}

/** Versions that are not pinned, a lock file that does not fit them or names a registry, and another Node.js than the pinned one. */
export function findUnpinned(root: string, nodeVersion: string): Finding[] {
  const own = readJson(root, 'package.json') as PackageFile;
  const lock = readJson(root, 'package-lock.json') as LockFile;
  return [...findRanges(own), ...findLockProblems(own, lock), ...findNodeProblems(own, nodeVersion)];
}

function findRanges({ dependencies, devDependencies }: PackageFile): Finding[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => ({ file: 'package.json', text: `${name} is '${version}': write one exact version` }));
}

function findLockProblems(own: PackageFile, { packages }: LockFile): Finding[] {
  const locked = packages[''];
  const agrees = (['dependencies', 'devDependencies'] as const).every((kind) => isDeepStrictEqual(own[kind] ?? {}, locked?.[kind] ?? {}));
  const named = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  return [
    ...(agrees ? [] : [{ file: 'package-lock.json', text: "it does not fit package.json: run 'npm install' and commit both" }]),
    ...named.map(([path]) => ({
      file: 'package-lock.json',
      text: `${path} names a registry: '.npmrc' should keep 'resolved' out of the lock file`,
    })),
  ];
}

/** The package `node` brings the Node.js that npm scripts run under. */
function findNodeProblems({ devDependencies }: PackageFile, nodeVersion: string): Finding[] {
  const pinned = devDependencies?.['node'];
  if (nodeVersion === pinned) return [];
  return [
    { file: 'package.json', text: `this is Node.js ${nodeVersion}, pinned is ${pinned ?? 'none'}: run 'npm ci', then 'npm run check'` },
  ];
}

function readJson(root: string, file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is used of Fleetwright's own `package.json`. */
export interface OwnPackage {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Fleetwright's own `package.json`. */
export function readPackage(): OwnPackage {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as OwnPackage;
}

/** Fleetwright's version, as its package says. */
export function readVersion(): string {
  return readPackage().version;
}

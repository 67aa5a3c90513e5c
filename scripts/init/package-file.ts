import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../is-record.ts';

/** An object of a JSON file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What `npm init` writes without being asked; nobody has decided on it. */
const NPM_DEFAULTS = new Set<unknown>(['commonjs', 'echo "Error: no test specified" && exit 1']);

/** What only works as it is said here. Of all else, what a team has said holds. */
const NEEDED = /^(type|scripts\..*)$/;

/** A package file with what it lacks, or why it cannot be one. */
export type MergedPackage = { readonly text: string } | { readonly problems: readonly string[] };

/** Adds to a package file what it lacks. No field of it is lost; what contradicts is told as a problem. */
export function mergePackageFile(found: JsonObject, wanted: JsonObject): MergedPackage {
  const problems: string[] = [];
  const merged = merge(found, withoutKnownPackages(found, wanted), (path, value) => {
    problems.push(`its '${path}' is ${JSON.stringify(value)}, where ${JSON.stringify(at(wanted, path))} is needed; rename or remove it`);
  });
  return problems.length > 0 ? { problems } : { text: `${JSON.stringify(merged, undefined, 2)}\n` };
}

/** Reads a package file. Answers with why it is none. */
export function parsePackageFile(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : 'it holds no object';
  } catch (error) {
    return `it is no JSON: ${(error as Error).message}`;
  }
}

/** The packages that a package file names, of whatever kind, with their versions. */
export function dependenciesOf(file: JsonObject): Record<string, string> {
  const groups = [file['dependencies'], file['devDependencies'], file['optionalDependencies']].filter(isRecord);
  const entries = groups.flatMap((group) => Object.entries(group));
  return Object.fromEntries(entries.map(([name, version]) => [name, String(version)]));
}

/** A team may have put them under another kind, and chosen other versions. */
function withoutKnownPackages(found: JsonObject, wanted: JsonObject): JsonObject {
  const known = dependenciesOf(found);
  const entries = Object.entries(wanted).map(([key, group]): [string, unknown] => {
    if (!key.toLowerCase().endsWith('dependencies') || !isRecord(group)) return [key, group];
    return [key, Object.fromEntries(Object.entries(group).filter(([name]) => !(name in known)))];
  });
  return Object.fromEntries(entries.filter(([, group]) => !isRecord(group) || Object.keys(group).length > 0));
}

type Refuse = (path: string, value: unknown) => void;

// oxlint-disable-next-line eslint/max-params -- the path is of the recursion alone
function merge(found: JsonObject, wanted: JsonObject, refuse: Refuse, above = ''): JsonObject {
  const merged = Object.entries(wanted).map(([key, value]): [string, unknown] => {
    const path = `${above}${key}`;
    const theirs = found[key];
    if (theirs === undefined || NPM_DEFAULTS.has(theirs)) return [key, value];
    if (isRecord(theirs) && isRecord(value)) return [key, merge(theirs, value, refuse, `${path}.`)];
    if (isRecord(value) || (NEEDED.test(path) && !isDeepStrictEqual(theirs, value))) refuse(path, theirs);
    return [key, theirs];
  });
  return { ...Object.fromEntries(merged), ...Object.fromEntries(Object.entries(found).filter(([key]) => !(key in wanted))) };
}

function at(file: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (isRecord(value) ? value[key] : undefined), file);
}

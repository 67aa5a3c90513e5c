import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { FleetwrightError } from '../constructs/index.ts';
import { parseBySchema } from './parse.ts';
import { CATALOGUE_FILE, type CatalogueTool, type ToolCatalogue } from './tool-catalogue.ts';

/** The lock's file, in the root of a project. */
const LOCK_FILE = 'tools.lock';

/** What every locked tool says. */
interface LockedFacts {
  /** What the catalogue asked for when it was locked. */
  readonly range: string;
  /** The one version that answers it. */
  readonly version: string;
  /** As the catalogue had them when it was locked. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Digest of what the server says of its tools; absent where nobody has asked it. */
  readonly descriptions?: string;
}

/** A package on npm. */
export interface LockedPackage extends LockedFacts {
  readonly npm: string;
  /** The SHA-512 of the package, as npm gives it. */
  readonly integrity: string;
}

/** An image in a registry. */
export interface LockedImage extends LockedFacts {
  readonly image: string;
  /** The tag that says the version. */
  readonly tag: string;
  /** The digest of its manifest. */
  readonly digest: string;
}

/** A tool at one version. */
export type LockedTool = LockedImage | LockedPackage;

/** Locked tools by name. */
export type ToolLock = Readonly<Record<string, LockedTool>>;

/** A range that a version has to be in, and who asks for it. */
export interface AskedRange {
  /** `tools.yaml`, or the tool that depends on it. */
  readonly by: string;
  readonly range: string;
}

/**
 * Reads the text of `tools.lock`.
 *
 * @throws FleetwrightError FW_TOOLS_LOCK_INVALID for what `fleetwright tools` did not write
 */
export function parseLock(text: string): ToolLock {
  if (/^(<{7}|>{7}) /m.test(text))
    throw invalid(`two branches changed it: take the file of either side, and run 'fleetwright tools resolve'`);
  const parsed = parseBySchema(text, readFileSync(join(import.meta.dirname, 'tools-lock.schema.json'), 'utf8'));
  if ('problems' in parsed) {
    const [, format = '1'] = /^ {0,2}"format": ([0-9]{1,9}),?$/m.exec(text) ?? [];
    if (format !== '1')
      throw invalid(`it has the format ${format}, and this version of Fleetwright reads format 1; install the one that wrote it`);
    const [first] = parsed.problems;
    throw invalid(`line ${first?.at ?? ''}: ${first?.message ?? ''}; ${RESTORE}`);
  }
  const { digest, tools } = parsed.data as { digest: string; tools: ToolLock };
  if (digestOf(tools) !== digest) throw invalid(`it was changed by hand, as its digest is that of other content; ${RESTORE}`);
  return tools;
}

const RESTORE = "take the committed file back, or delete it and run 'fleetwright tools resolve', and review what that changes";

/** The text of `tools.lock`: the same tools make the same bytes. */
export function renderLock(tools: ToolLock): string {
  return `${JSON.stringify(sortKeys({ digest: digestOf(tools), format: 1, tools }), undefined, 2)}\n`;
}

/** The digest of data, whatever the order of its keys: `sha256:…`. */
export function digestOf(data: unknown): string {
  return `sha256:${hash('sha256', JSON.stringify(sortKeys(data)), 'hex')}`;
}

/** All ranges that a tool's version has to be in: the catalogue's own, and those of the tools that depend on it. */
export function rangesOf(catalogue: ToolCatalogue, name: string): AskedRange[] {
  const own = catalogue[name]?.range ?? '*';
  const others = Object.entries(catalogue).flatMap(([by, { dependencies }]) => {
    const range = Object.hasOwn(dependencies, name) ? dependencies[name] : undefined;
    return range === undefined ? [] : [{ by: `'${by}'`, range }];
  });
  return [{ by: CATALOGUE_FILE, range: own }, ...others];
}

/** Where the lock says something else than the catalogue asks for; empty where the one fits the other. */
export function findStale(catalogue: ToolCatalogue, lock: ToolLock): string[] {
  const names = [...new Set([...Object.keys(catalogue), ...Object.keys(lock)])].sort();
  return names.flatMap((name) => {
    const tool = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
    const locked = Object.hasOwn(lock, name) ? lock[name] : undefined;
    if (locked === undefined) return [`'${name}' is not in the lock`];
    if (tool === undefined) return [`'${name}' is in the lock, but not in ${CATALOGUE_FILE}`];
    const broken = findBrokenRange(catalogue, name, locked);
    if (broken !== undefined)
      return [`'${name}' is locked at ${locked.version}, which is not in '${broken.range}' that ${broken.by} asks for`];
    return isAsLocked(tool, locked)
      ? []
      : [`'${name}' was locked for another source, range or other dependencies than ${CATALOGUE_FILE} has`];
  });
}

/** Whether a locked tool still comes from where the catalogue says. */
export function isSameSource(tool: CatalogueTool, locked: LockedTool): boolean {
  return 'npm' in locked ? locked.npm === tool.npm : locked.image === tool.image;
}

/** The first range that a locked version is not in. */
export function findBrokenRange(catalogue: ToolCatalogue, name: string, { version }: LockedTool): AskedRange | undefined {
  return rangesOf(catalogue, name).find(({ range }) => !satisfies(version, range));
}

/** Whether the catalogue says of a tool what it said when the tool was locked. */
export function isAsLocked(tool: CatalogueTool, locked: LockedTool): boolean {
  return isSameSource(tool, locked) && tool.range === locked.range && digestOf(tool.dependencies) === digestOf(locked.dependencies);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, field]) => [key, sortKeys(field)]));
}

function invalid(why: string): FleetwrightError {
  return new FleetwrightError('FW_TOOLS_LOCK_INVALID', `${LOCK_FILE} cannot be used: ${why}`);
}

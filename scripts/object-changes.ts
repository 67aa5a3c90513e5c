import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../constructs/index.ts';

/** How the objects of one file differ. */
export interface ObjectChange {
  readonly change: 'added' | 'changed' | 'removed';
  /** `Deployment hello/greeter` */
  readonly object: string;
  readonly kind: string;
  /** The first fields that differ, as `spec.replicas`; for changed objects only. */
  readonly fields: readonly string[];
}

const MOST_FIELDS = 3;

/**
 * Compares two texts of one file, object by object. The first may be anything that was committed: what is no YAML holds no
 * objects.
 */
export function objectChanges(before: string, after: string): ObjectChange[] {
  const [old, now] = [documentsOf(before), documentsOf(after)];
  // Reading YAML is slow, and most objects of a file stay as they are.
  return changesBetween(objectsOf(old.filter((text) => !now.includes(text))), objectsOf(now.filter((text) => !old.includes(text))));
}

/** Something that has a name, and can be compared. */
export interface Comparable {
  readonly kind: string;
  readonly value: unknown;
}

/** How things differ that are known by what they are called, such as `Deployment hello/greeter`. */
export function changesBetween(earlier: ReadonlyMap<string, Comparable>, later: ReadonlyMap<string, Comparable>): ObjectChange[] {
  const changes: ObjectChange[] = [];
  for (const [object, { kind, value }] of later) {
    const other = earlier.get(object);
    const fields = other === undefined ? [] : differingFields(other.value, value).slice(0, MOST_FIELDS);
    if (other === undefined) changes.push({ change: 'added', object, kind, fields });
    else if (fields.length > 0) changes.push({ change: 'changed', object, kind, fields });
  }
  for (const [object, { kind }] of earlier) if (!later.has(object)) changes.push({ change: 'removed', object, kind, fields: [] });
  return changes;
}

/** The objects of a file that is new: what was rendered need not be read back. */
export function addedObjects(rendered: readonly unknown[]): ObjectChange[] {
  return rendered.filter(isManifest).map((manifest) => ({ change: 'added', object: titleOf(manifest), kind: manifest.kind, fields: [] }));
}

/** `Deployment hello/greeter` */
function titleOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

function documentsOf(text: string): string[] {
  return text.split(/^---\n/m);
}

function objectsOf(documents: readonly string[]): Map<string, Comparable> {
  const values = documents.flatMap(parse);
  return new Map(values.filter(isManifest).map((manifest) => [titleOf(manifest), { kind: manifest.kind, value: manifest }]));
}

function parse(text: string): unknown[] {
  try {
    return parseAllDocuments(text).map((document) => document.toJS() as unknown);
  } catch {
    return [];
  }
}

function isManifest(value: unknown): value is Manifest {
  const { kind, metadata } = (value ?? {}) as Partial<Manifest>;
  return typeof kind === 'string' && typeof metadata?.name === 'string';
}

/** Paths of fields, the deepest that differ. */
function differingFields(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differingFields(before[key], after[key], join(path, key, Array.isArray(before))));
}

function join(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`;
  const step = /^[\w-]+$/.test(key) ? key : `'${key}'`;
  return path === '' ? step : `${path}.${step}`;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

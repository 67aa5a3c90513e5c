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

/** Compares two texts of one file, object by object. */
export function objectChanges(before: string, after: string): ObjectChange[] {
  const [old, now] = [objectsOf(before), objectsOf(after)];
  const changes: ObjectChange[] = [];
  for (const [object, manifest] of now) {
    const earlier = old.get(object);
    if (earlier === undefined) changes.push({ change: 'added', object, kind: manifest.kind, fields: [] });
    else if (!isDeepStrictEqual(earlier, manifest)) {
      changes.push({ change: 'changed', object, kind: manifest.kind, fields: differingFields(earlier, manifest, '').slice(0, MOST_FIELDS) });
    }
  }
  for (const [object, { kind }] of old) if (!now.has(object)) changes.push({ change: 'removed', object, kind, fields: [] });
  return changes;
}

function objectsOf(text: string): Map<string, Manifest> {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  return new Map(documents.filter(isManifest).map((manifest) => [titleOf(manifest), manifest]));
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}

function titleOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

function differingFields(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differingFields(before[key], after[key], Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import type { ObjectRule } from './rule.ts';
import { isKnownKind } from './schema/index.ts';

/** An object that only general rules can judge is let through, but not in silence. */
export const unknownKind: ObjectRule = {
  id: 'unknown-kind',
  title: 'Every object is of a kind whose schema is known',
  severity: 'warning',
  appliesTo: 'object',
  fix: 'correct apiVersion and kind, or let the API server judge it before it is merged',
  check({ manifest: { apiVersion, kind } }, report) {
    if (isKnown(apiVersion, kind)) return;
    report({ field: 'kind', got: `${apiVersion} ${kind}`, must: 'be one whose schema is known: its fields are not checked' });
  },
  good: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'acme' } },
  bad: {
    example: { apiVersion: 'v1', kind: 'ConfigMaps', metadata: { name: 'greeter', namespace: 'acme' } },
    says: ["'kind' must be one whose schema is known: its fields are not checked, got 'v1 ConfigMaps'"],
  },
};

/** Kinds that were found known, so that asking again builds no text. */
const known = new Map<string, Set<string>>();

function isKnown(apiVersion: string, kind: string): boolean {
  const kinds = known.get(apiVersion);
  if (kinds?.has(kind) === true) return true;
  if (!isKnownKind(apiVersion, kind)) return false;
  known.set(apiVersion, (kinds ?? new Set()).add(kind));
  return true;
}

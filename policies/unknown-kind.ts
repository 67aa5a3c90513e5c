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
    if (isKnownKind(apiVersion, kind)) return;
    report({ field: 'kind', got: `${apiVersion} ${kind}`, must: 'be one whose schema is known: its fields are not checked' });
  },
  good: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'acme' } },
  bad: {
    example: { apiVersion: 'v1', kind: 'ConfigMaps', metadata: { name: 'greeter', namespace: 'acme' } },
    says: ["'kind' must be one whose schema is known: its fields are not checked, got 'v1 ConfigMaps'"],
  },
};

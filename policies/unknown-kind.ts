import { isFields } from './fields.ts';
import type { ObjectRule } from './rule.ts';
import { isKnownKind } from './schema/index.ts';

/** Which holds other objects: `kubectl` and Argo CD apply what it holds, and no rule looks into it. */
const LIST = /List$/;

/** What only general rules can judge gets in where the environment names it, which is reviewed. */
export const unknownKind: ObjectRule = {
  id: 'unknown-kind',
  title: 'Every object is of a kind whose schema is known, or that the environment names',
  severity: 'error',
  appliesTo: 'object',
  fix: "correct apiVersion and kind, or have the platform team add it to 'cluster.kinds' of the environment, as group/Kind",
  check({ groupKind, manifest, org }, report) {
    const { apiVersion, kind } = manifest;
    if (isKnown(apiVersion, kind)) return;
    const got = `${apiVersion} ${kind}`;
    if (LIST.test(kind)) return report({ field: 'kind', fix: 'write each of its objects by itself', got, must: 'be no list of objects' });
    if (org?.fleet.environment.cluster.kinds?.includes(groupKind) !== true)
      return report({ field: 'kind', got, must: 'be one whose schema is known: its fields are not checked' });
    if (describesPods(manifest))
      report({ field: 'kind', fix: 'use a Deployment, a CronJob or a Job', got, must: 'describe no pods: no rule looks into them' });
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

/** Whether containers stand anywhere in it. */
function describesPods(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(describesPods);
  if (!isFields(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) => (/^(c|initC|ephemeralC)ontainers$/.test(key) && Array.isArray(inner)) || describesPods(inner),
  );
}

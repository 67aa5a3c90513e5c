import { fieldsOf } from './fields.ts';
import type { ObjectRule } from './rule.ts';

/** What stands in an org's folder is applied with the org's rights, and must not reach beyond its walls. */
export const foreignNamespace: ObjectRule = {
  id: 'foreign-namespace',
  title: "An org's objects stand in its own namespace",
  severity: 'error',
  appliesTo: 'object',
  fix: "leave cluster-wide objects and other namespaces to the platform's own tree",
  check({ groupKind, manifest, org }, report) {
    if (org === undefined) return;
    const { name, namespace } = fieldsOf(manifest.metadata);
    if (namespace === org.name) return;
    if (namespace === undefined && name === org.name && groupKind === 'Namespace') return;
    report({ field: 'metadata.namespace', got: namespace ?? null, must: `be '${org.name}'` });
  },
  good: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'acme' } },
  bad: {
    example: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'kube-system' } },
    says: ["'metadata.namespace' must be 'acme', got 'kube-system'"],
  },
};

import { isClusterKind } from '../constructs/index.ts';
import { givesDispatcherRights } from './dispatcher-rights.ts';
import { fieldsOf } from './fields.ts';
import type { ObjectRule } from './rule.ts';

/** The file in which an org's own Namespace stands. What stacks add stands in others. */
const OWN_FILE = '/_org.yaml';

/** What is delivered where is said by the platform's own files. */
const DELIVERY: ReadonlySet<string> = new Set(['argoproj.io/AppProject', 'argoproj.io/Application', 'argoproj.io/ApplicationSet']);

/** What stands in an org's folder is applied with the org's rights, and must not reach beyond its walls. */
export const foreignNamespace: ObjectRule = {
  id: 'foreign-namespace',
  title: "An org's objects stand in its own namespace",
  severity: 'error',
  appliesTo: 'object',
  fix: "leave cluster-wide objects and other namespaces to the platform's own tree",
  check(subject, report) {
    const { groupKind, manifest, org, part } = subject;
    if (org === undefined || givesDispatcherRights(subject)) return;
    const { name, namespace } = fieldsOf(manifest.metadata);
    if (DELIVERY.has(groupKind)) {
      report({ field: 'kind', got: groupKind, must: 'be none that Argo CD acts upon, whose rights are those of the whole cluster' });
    } else if (isClusterKind(groupKind)) {
      const isOwn = groupKind === 'Namespace' && name === org.name && namespace === undefined && part.file.endsWith(OWN_FILE);
      if (!isOwn)
        report({ field: 'kind', got: groupKind, must: 'be one that stands in a namespace: this one belongs to the whole cluster' });
    } else if (namespace !== org.name) {
      report({ field: 'metadata.namespace', got: namespace ?? null, must: `be '${org.name}'` });
    }
  },
  good: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'acme' } },
  bad: {
    example: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'kube-system' } },
    says: ["'metadata.namespace' must be 'acme', got 'kube-system'"],
  },
};

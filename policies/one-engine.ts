import { ENGINE_LABEL } from '../constructs/index.ts';
import { fieldsOf, stepInto } from './fields.ts';
import type { ObjectRule } from './rule.ts';

/** Two engines that apply the same objects undo each other's work, and the one that deletes them takes them from the other. */
export const oneEngine: ObjectRule = {
  id: 'one-engine',
  title: 'No object names another engine than the environment does for its org',
  severity: 'error',
  appliesTo: 'object',
  fix: "say who delivers the org by 'engine' in the environment file, and leave the label out",
  check({ manifest, org }, report) {
    const { labels } = fieldsOf(manifest.metadata);
    // Most objects have the labels of their part in common, and those do not name an engine.
    if (org === undefined || labels === lastWithout) return;
    const engine = fieldsOf(labels)[ENGINE_LABEL];
    if (engine === undefined) lastWithout = labels;
    else if (engine !== org.engine) report({ field: stepInto('metadata.labels', ENGINE_LABEL), got: engine, must: `be '${org.engine}'` });
  },
  good: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels: { [ENGINE_LABEL]: 'argo' }, name: 'greeter', namespace: 'acme' } },
  bad: {
    example: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { labels: { [ENGINE_LABEL]: 'pulumi' }, name: 'greeter', namespace: 'acme' },
    },
    says: ["'metadata.labels['fleetwright.dev/engine']' must be 'argo', got 'pulumi'"],
  },
};

let lastWithout: unknown;

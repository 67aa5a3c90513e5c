import { describeObject } from './finding.ts';
import type { FleetRule } from './rule.ts';

/** Of two objects with one name the cluster keeps the one that is applied last. */
export const duplicateObject: FleetRule = {
  id: 'duplicate-object',
  title: 'No two objects have the same kind, namespace and name',
  severity: 'error',
  appliesTo: 'fleet',
  fix: 'rename one of them',
  begin: () => ({
    see({ twins }, report) {
      for (const { manifest, earlier } of twins)
        report({ must: `stand once in the tree: ${earlier.node.path} renders it too`, object: describeObject(manifest) });
      return '';
    },
    // Who has names that are taken is no file like others.
    seeAlike() {},
    finish() {},
  }),
  good: [
    { apiVersion: 'v1', data: {}, kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'acme' } },
    { apiVersion: 'v1', data: {}, kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'other' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'acme' } },
  ],
  bad: {
    example: [
      { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'greeter', namespace: 'acme' } },
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'greeter', namespace: 'acme' } },
    ],
    says: ['HorizontalPodAutoscaler acme/greeter must stand once in the tree: test/acme renders it too'],
  },
};

import { examplePod } from './example-pod.ts';
import { itemsOf } from './fields.ts';
import { inPod } from './pod.ts';
import type { PodRule } from './rule.ts';

/** Where a pod runs is for the scheduler to say, and what goes first for the cluster. */
export const schedulingNarrow: PodRule = {
  id: 'scheduling-narrow',
  title: 'A pod chooses neither its node nor its rank, and resolves names as all others do',
  severity: 'error',
  appliesTo: 'pod',
  fix: 'remove the field; a toleration names the key of the taint that it is for',
  check(pod, report) {
    const { hostAliases, nodeName, priorityClassName, tolerations } = pod.spec;
    if (nodeName !== undefined) report({ field: inPod(pod, 'nodeName'), got: nodeName, must: 'not be set: it goes round the scheduler' });
    if (hostAliases !== undefined)
      report({ field: inPod(pod, 'hostAliases'), must: 'not be set: names would lead to other addresses than for all others' });
    if (typeof priorityClassName === 'string' && priorityClassName.startsWith('system-')) {
      const must = "not be one of the system's: its pods would drive out all others";
      report({ field: inPod(pod, 'priorityClassName'), got: priorityClassName, must });
    }
    if (tolerations === undefined) return;
    for (const [index, { key, operator }] of itemsOf(tolerations).entries()) {
      if (operator === 'Exists' && (key === undefined || key === null || key === ''))
        report({
          field: inPod(pod, `tolerations[${index}].key`),
          got: key ?? null,
          must: "be set with operator 'Exists': it tolerates every taint",
        });
    }
  },
  good: examplePod({ tolerations: [{ key: 'fleetwright.dev/agents', operator: 'Exists' }] }),
  bad: {
    example: examplePod({
      hostAliases: [{ hostnames: ['api.github.com'], ip: '10.0.0.1' }],
      nodeName: 'control-plane-1',
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
    }),
    says: [
      "'spec.nodeName' must not be set: it goes round the scheduler, got 'control-plane-1'",
      "'spec.hostAliases' must not be set: names would lead to other addresses than for all others",
      "'spec.priorityClassName' must not be one of the system's: its pods would drive out all others, got 'system-node-critical'",
      "'spec.tolerations[0].key' must be set with operator 'Exists': it tolerates every taint, got nothing",
    ],
  },
};

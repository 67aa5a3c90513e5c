import { examplePod } from './example-pod.ts';
import { fieldsOf } from './fields.ts';
import { type Container, inContainer, type Pod } from './pod.ts';
import type { PodRule, Report } from './rule.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** What has no limit is limited by its neighbours. */
export const resourceLimits: PodRule = {
  id: 'resource-limits',
  title: 'Every container requests and limits CPU, memory and scratch space',
  severity: 'error',
  appliesTo: 'pod',
  fix: 'set it; the resources of agents and tools do',
  check(pod, report) {
    // The API takes no resources for ephemeral containers.
    for (const container of pod.containers) if (container.list !== 'ephemeralContainers') checkContainer(pod, container, report);
  },
  good: examplePod(),
  bad: {
    example: examplePod({
      container: { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', 'ephemeral-storage': '1Gi', memory: '1Gi' } } },
    }),
    says: ["'spec.containers[0].resources.limits' must hold 'ephemeral-storage'"],
  },
};

function checkContainer(pod: Pod, container: Container, report: Report): void {
  const { limits, requests } = fieldsOf(container.fields['resources']);
  const [limited, requested] = [fieldsOf(limits), fieldsOf(requests)];
  for (const name of RESOURCES) {
    if (limited[name] === undefined) report({ field: inContainer(pod, container, 'resources.limits'), must: `hold '${name}'` });
    if (requested[name] === undefined) report({ field: inContainer(pod, container, 'resources.requests'), must: `hold '${name}'` });
  }
}

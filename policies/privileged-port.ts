import type { Manifest } from '../constructs/index.ts';
import { fieldsOf, itemsOf } from './fields.ts';
import { inContainer, type Pod, POD_KINDS } from './pod.ts';
import type { ObjectRule, Report } from './rule.ts';

/** The first port that a program may open without rights of root. */
const FIRST = 1024;

/** A pod without capabilities cannot open such a port, and a Service that needs one hides that. */
export const privilegedPort: ObjectRule = {
  id: 'privileged-port',
  title: 'No port is below 1024',
  severity: 'error',
  appliesTo: ['Service', ...POD_KINDS],
  fix: 'choose a port from 1024 upward, such as 8080',
  check({ manifest, pod }, report) {
    if (pod !== undefined) return checkPod(pod, report);
    for (const [index, { port, targetPort }] of itemsOf(fieldsOf(manifest['spec'])['ports']).entries()) {
      if (isPrivileged(port)) report({ field: `spec.ports[${index}].port`, got: port, must: MUST });
      if (isPrivileged(targetPort)) report({ field: `spec.ports[${index}].targetPort`, got: targetPort, must: MUST });
    }
  },
  good: service(8080, 'http'),
  bad: {
    example: service(80, 443),
    says: [`'spec.ports[0].port' must be 1024 or more, got 80`, `'spec.ports[0].targetPort' must be 1024 or more, got 443`],
  },
};

const MUST = `be ${FIRST} or more`;

function checkPod(pod: Pod, report: Report): void {
  for (const container of pod.containers) {
    const ports = itemsOf(container.fields['ports']);
    for (let i = 0; i < ports.length; i++) {
      const got = ports[i]?.['containerPort'];
      if (isPrivileged(got)) report({ field: inContainer(pod, container, `ports[${i}].containerPort`), got, must: MUST });
    }
  }
}

function isPrivileged(port: unknown): boolean {
  return typeof port === 'number' && port < FIRST;
}

function service(port: number, targetPort: number | string): Manifest {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'greeter', namespace: 'acme' }, spec: { ports: [{ port, targetPort }] } };
}

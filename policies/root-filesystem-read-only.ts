import { examplePod } from './example-pod.ts';
import { fieldsOf } from './fields.ts';
import { inContainer } from './pod.ts';
import type { PodRule } from './rule.ts';

/** Who breaks into a container finds nothing to change, and nothing fills the node's disk but volumes with a limit. */
export const rootFilesystemReadOnly: PodRule = {
  id: 'root-filesystem-read-only',
  title: 'No container can write to its root file system',
  severity: 'error',
  appliesTo: 'pod',
  fix: 'set readOnlyRootFilesystem: true, and mount an emptyDir with a size limit where the program writes',
  check(pod, report) {
    for (const container of pod.containers) {
      const { readOnlyRootFilesystem: got } = fieldsOf(container.fields['securityContext']);
      if (got === true) continue;
      report({ field: inContainer(pod, container, 'securityContext.readOnlyRootFilesystem'), got: got ?? null, must: 'be true' });
    }
  },
  good: examplePod(),
  bad: {
    example: examplePod({ container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } } }),
    says: ["'spec.containers[0].securityContext.readOnlyRootFilesystem' must be true, got nothing"],
  },
};

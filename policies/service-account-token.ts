import { Agent } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { fieldsOf, itemsOf } from './fields.ts';
import { inPod, type Pod } from './pod.ts';
import type { PodRule, Report } from './rule.ts';

/** The longest that a token for the Kubernetes API may count, in seconds. */
const LONGEST = 3600;

/** A token is a way into the cluster; who needs none has none. */
export const serviceAccountToken: PodRule = {
  id: 'service-account-token',
  title: 'Pods have no token for the Kubernetes API, unless their agent was given rights to it',
  severity: 'error',
  appliesTo: 'pod',
  fix: "set automountServiceAccountToken: false; give the agent 'apiAccess' if it needs the API",
  check(pod, report, { part }) {
    const { automountServiceAccountToken: got } = pod.spec;
    if (got !== false) report({ field: inPod(pod, 'automountServiceAccountToken'), got: got ?? null, must: 'be false' });
    const hasRights = part.construct instanceof Agent && part.construct.apiAccess.length > 0;
    checkVolumes(pod, hasRights, report);
  },
  good: examplePod({
    volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { audience: 'fleetwright-dispatcher', path: 'token' } }] } }],
  }),
  bad: {
    example: examplePod({
      automountServiceAccountToken: undefined,
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    }),
    says: [
      "'spec.automountServiceAccountToken' must be false, got nothing",
      "'spec.volumes[0].projected.sources[0].serviceAccountToken' must have an audience: without one the Kubernetes API takes it, to which the agent has no rights",
    ],
  },
};

/** A token for another audience is refused by the Kubernetes API. */
function checkVolumes(pod: Pod, hasRights: boolean, report: Report): void {
  const volumes = itemsOf(pod.spec['volumes']);
  for (let v = 0; v < volumes.length; v++) {
    const projected = volumes[v]?.['projected'];
    if (projected === undefined) continue;
    for (const [s, source] of itemsOf(fieldsOf(projected)['sources']).entries()) {
      if (source['serviceAccountToken'] === undefined) continue;
      const { audience, expirationSeconds } = fieldsOf(source['serviceAccountToken']);
      const field = inPod(pod, `volumes[${v}].projected.sources[${s}].serviceAccountToken`);
      if (audience === undefined && !hasRights) {
        const must = 'have an audience: without one the Kubernetes API takes it, to which the agent has no rights';
        report({ field, fix: "remove the volume; give the agent 'apiAccess' if it needs the API", must });
      }
      if (typeof expirationSeconds === 'number' && expirationSeconds > LONGEST) {
        report({
          field: `${field}.expirationSeconds`,
          fix: 'set 3600 or less; the kubelet replaces it in time',
          got: expirationSeconds,
          must: `be at most ${LONGEST}`,
        });
      }
    }
  }
}

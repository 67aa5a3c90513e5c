import { Agent, Dispatcher } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { fieldsOf, itemsOf } from './fields.ts';
import { isExtra, isPartName } from './origin.ts';
import { inPod, type Pod } from './pod.ts';
import type { JudgedPart, PodRule, Report } from './rule.ts';

/** The longest that a token for the Kubernetes API may count, in seconds. */
const LONGEST = 3600;

/** The only other audience that pods have tokens for: the dispatcher of tasks. */
const DISPATCHER = 'fleetwright-dispatcher';

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
    const hasRights = part.construct instanceof Agent ? part.construct.apiAccess.length > 0 : part.construct instanceof Dispatcher;
    checkVolumes(pod, hasRights, report);
    checkAccount(pod, part, report);
  },
  good: examplePod({
    volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { audience: DISPATCHER, path: 'token' } }] } }],
  }),
  bad: {
    example: examplePod({
      automountServiceAccountToken: undefined,
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    }),
    says: [
      "'spec.automountServiceAccountToken' must be false, got nothing",
      "'spec.volumes[0].projected.sources[0].serviceAccountToken' must have the audience 'fleetwright-dispatcher': others may be taken by the Kubernetes API, to which the agent has no rights, got nothing",
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
      if (audience !== DISPATCHER && !(audience === undefined && hasRights)) {
        const must = `have the audience '${DISPATCHER}': others may be taken by the Kubernetes API, to which the agent has no rights`;
        report({ field, fix: "remove the volume; give the agent 'apiAccess' if it needs the API", got: audience ?? null, must });
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

/** An account is who a pod is for the Kubernetes API. */
function checkAccount(pod: Pod, part: JudgedPart, report: Report): void {
  for (const name of ['serviceAccountName', 'serviceAccount']) {
    const got = pod.spec[name];
    if (got === undefined) continue;
    const field = inPod(pod, name);
    if (part.construct instanceof Agent) {
      if (got !== part.construct.name)
        report({ field, fix: 'remove the patch', got, must: `be '${part.construct.name}', the agent's own` });
    } else if (isExtra(part) && isPartName(part, got)) {
      report({ field, fix: 'make a ServiceAccount for it', got, must: 'not be the account of a part' });
    }
  }
}

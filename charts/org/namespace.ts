import { ENGINE_LABEL, type Manifest, type Org } from '../../constructs/index.ts';
import { budgetOf } from './budget.ts';
import { ownerOf, WAVES } from '../manifest.ts';

/** Argo CD asks before it deletes what everything else of an org stands in. */
const CONFIRM = { 'argocd.argoproj.io/sync-options': 'Delete=confirm,Prune=confirm' };

/**
 * The org's namespace. Its pods must be *restricted*, by the rules of the Kubernetes version that the environment names, so
 * that an upgraded cluster does not refuse what ran the day before.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function renderNamespace(org: Org): Manifest {
  const owner = ownerOf('org', org.name, org.name, WAVES.namespace);
  const version = `v${org.fleet.environment.cluster.kubernetes}`;
  const budget = budgetOf(org);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      annotations: {
        ...CONFIRM,
        ...owner.annotations,
        ...(budget && { 'fleetwright.dev/budget': budget.toString() }),
        ...(org.owner && { 'fleetwright.dev/owner': org.owner }),
      },
      labels: {
        ...owner.labels,
        [ENGINE_LABEL]: org.engine,
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': version,
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': version,
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': version,
      },
      name: org.name,
    },
  };
}

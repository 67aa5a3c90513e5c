/** A kind of object, as Argo CD's projects name it. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/**
 * The kinds of objects in a namespace that this package renders; Argo CD refuses others. Secrets and bindings of cluster
 * roles are not among them: the first never stand in Git, the second would reach beyond the namespace.
 */
export const RENDERED_KINDS: readonly GroupKind[] = [
  { group: '', kind: 'ConfigMap' },
  { group: '', kind: 'LimitRange' },
  { group: '', kind: 'PersistentVolumeClaim' },
  { group: '', kind: 'PodTemplate' },
  { group: '', kind: 'ResourceQuota' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'batch', kind: 'CronJob' },
  { group: 'cilium.io', kind: 'CiliumNetworkPolicy' },
  { group: 'extensions.agents.x-k8s.io', kind: 'SandboxTemplate' },
  { group: 'extensions.agents.x-k8s.io', kind: 'SandboxWarmPool' },
  { group: 'external-secrets.io', kind: 'ExternalSecret' },
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
  { group: 'generators.external-secrets.io', kind: 'Password' },
  { group: 'isindir.github.com', kind: 'SopsSecret' },
  { group: 'keda.sh', kind: 'ScaledObject' },
  { group: 'keda.sh', kind: 'TriggerAuthentication' },
  { group: 'networking.k8s.io', kind: 'Ingress' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { group: 'policy', kind: 'PodDisruptionBudget' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role' },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding' },
];

/** Those that only the org of the dispatcher may have beside them: its database, which an operator runs. */
export const DISPATCHER_KINDS: readonly GroupKind[] = [{ group: 'postgresql.cnpg.io', kind: 'Cluster' }];

/** `apps/v1` → `apps`; `v1` → the core group, which has no name. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

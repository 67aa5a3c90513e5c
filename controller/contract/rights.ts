/** A rule of a Role. @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/ */
export interface RightsRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the dispatcher may do in the namespace of each org: no more than it does. */
export const JOB_RIGHTS: readonly RightsRule[] = [
  // It makes a Job for each task, suspends it, sees how it goes, and takes it away.
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'delete', 'list', 'patch', 'watch'] },
  // What Jobs are made from.
  { apiGroups: [''], resources: ['podtemplates'], verbs: ['get'] },
  // Why a pod does not start, or is not made.
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list'] },
  // How many workers a pool has, where KEDA does not say.
  { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] },
];

/** What it may do in the cluster: ask who a worker's token belongs to. */
export const REVIEW_RIGHTS: readonly RightsRule[] = [
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
];

import { DISPATCHER, JOB_RIGHTS, REVIEW_RIGHTS } from '../controller/contract/index.ts';

/** What the dispatcher may do to the Kubernetes API, and as whom. Renderers write it, and the rule `rbac-narrow` lets exactly this pass. */
export const DISPATCHER_RIGHTS = {
  /** Name of its ClusterRole, of its Role in each org, and of what binds them. No part of an org renders one of this name for itself. */
  name: 'fleetwright-dispatcher',
  account: { kind: 'ServiceAccount', name: 'dispatcher', namespace: DISPATCHER.namespace },
  /** In the namespace of each org that it has tasks for. */
  inOrgs: JOB_RIGHTS,
  /** In the cluster. */
  inCluster: REVIEW_RIGHTS,
} as const;

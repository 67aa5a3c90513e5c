import { Agent, DISPATCHER_RIGHTS, type Manifest, type Org } from '../../constructs/index.ts';
import { objectMeta, type Owner, ownerOf, WAVES } from '../manifest.ts';

const RBAC = 'rbac.authorization.k8s.io';
const { account, inCluster, inOrgs, name } = DISPATCHER_RIGHTS;

/** Whether an org has agents that the dispatcher gives tasks to. */
export function isDispatched(org: Org): boolean {
  return org.children.some((part) => part instanceof Agent && (part.run.mode.kind === 'job' || part.run.mode.kind === 'pool'));
}

/**
 * What the dispatcher may do in the namespace of an org that has work for it. In others it has no rights.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function renderDispatcherRights(org: Org): Manifest[] {
  if (!isDispatched(org)) return [];
  const metadata = objectMeta(ownerOf('org', org.name, org.name, WAVES.policies), name);
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: inOrgs },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef: { apiGroup: RBAC, kind: 'Role', name }, subjects: [account] },
  ];
}

/** Its only right beyond namespaces: it asks the API server whose a worker's token is. */
export function renderReviewRights({ annotations, labels }: Owner): Manifest[] {
  const metadata = { annotations, labels, name };
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata, rules: inCluster },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [account],
    },
  ];
}

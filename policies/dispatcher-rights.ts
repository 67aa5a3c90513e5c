import { Dispatcher, DISPATCHER_RIGHTS } from '../constructs/index.ts';
import { fieldsOf } from './fields.ts';
import type { Subject } from './rule.ts';

const { account, inCluster, inOrgs, name } = DISPATCHER_RIGHTS;
const RBAC = 'rbac.authorization.k8s.io';

/** What each kind must hold beside its name, word for word. */
const EXPECTED: ReadonlyMap<string, object> = new Map<string, object>([
  [`${RBAC}/Role`, { rules: inOrgs }],
  [`${RBAC}/RoleBinding`, { roleRef: { apiGroup: RBAC, kind: 'Role', name }, subjects: [account] }],
  [`${RBAC}/ClusterRole`, { rules: inCluster }],
  [`${RBAC}/ClusterRoleBinding`, { roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name }, subjects: [account] }],
]);

/** Whether an object gives the dispatcher its rights, and nothing else: it is ours, and says exactly what `DISPATCHER_RIGHTS` says. */
export function givesDispatcherRights({ groupKind, manifest, part }: Subject): boolean {
  const expected = EXPECTED.get(groupKind);
  if (expected === undefined || fieldsOf(manifest.metadata)['name'] !== name) return false;
  const isOurs = groupKind.startsWith(`${RBAC}/Cluster`) ? part.construct instanceof Dispatcher : part.file.endsWith('/_org.yaml');
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = manifest;
  return isOurs && JSON.stringify(rest) === JSON.stringify(expected);
}

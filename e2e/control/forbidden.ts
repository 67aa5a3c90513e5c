import type { Question } from '../tree/index.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** What no service account of an org may do: rights over the cluster, ways to more rights, and anything in another org. */
export function forbiddenFor(home: string, namespaces: readonly string[]): Question[] {
  return [...overTheCluster, ...towardsMoreRights(home), ...namespaces.filter((namespace) => namespace !== home).flatMap(inAnotherOrg)];
}

const overTheCluster: readonly Question[] = [
  { verb: 'get', resource: 'secrets' },
  { verb: 'list', resource: 'pods' },
  { verb: 'list', resource: 'nodes' },
  { verb: 'get', resource: 'nodes', subresource: 'proxy' },
  { verb: 'create', resource: 'namespaces' },
  { verb: 'create', resource: 'persistentvolumes' },
  { verb: 'create', resource: 'clusterrolebindings', group: RBAC },
  { verb: 'create', resource: 'validatingwebhookconfigurations', group: 'admissionregistration.k8s.io' },
  { verb: 'approve', resource: 'signers', group: 'certificates.k8s.io' },
  { verb: 'impersonate', resource: 'users' },
  { verb: 'patch', resource: 'applications', group: 'argoproj.io', namespace: 'argocd' },
];

function towardsMoreRights(namespace: string): Question[] {
  return [
    { verb: 'create', resource: 'rolebindings', group: RBAC, namespace },
    { verb: 'escalate', resource: 'roles', group: RBAC, namespace },
    { verb: 'bind', resource: 'roles', group: RBAC, namespace },
    { verb: 'impersonate', resource: 'serviceaccounts', namespace },
    { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace },
    { verb: 'create', resource: 'pods', subresource: 'exec', namespace },
    { verb: 'patch', resource: 'namespaces', namespace },
    { verb: 'delete', resource: 'networkpolicies', group: 'networking.k8s.io', namespace },
    { verb: 'patch', resource: 'resourcequotas', namespace },
  ];
}

function inAnotherOrg(namespace: string): Question[] {
  return [
    { verb: 'get', resource: 'secrets', namespace },
    { verb: 'get', resource: 'configmaps', namespace },
    { verb: 'list', resource: 'pods', namespace },
    { verb: 'create', resource: 'pods', namespace },
    { verb: 'create', resource: 'jobs', group: 'batch', namespace },
  ];
}

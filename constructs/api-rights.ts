import type { Problem } from './errors.ts';

/** Rights that are ways to secrets or to more rights, whatever the verb. A proxy is entered by reading. */
const NEVER = /^(secrets|users|groups|uids|userextras)(\/|$)|\/(attach|ephemeralcontainers|exec|portforward|proxy|token)$/;
const NEVER_GROUP = /^(authentication|authorization|certificates|rbac\.authorization)\.k8s\.io$/;

/** Groups of Kubernetes itself and of its projects. */
const OWN_GROUP = /^[^.]*$|(^|[.-])k8s\.io$/;

/**
 * What may be written in the groups of Kubernetes, `<group>/<resource>` → verbs. All else there runs pods, routes traffic, guards
 * the org or configures its gateway.
 */
const WRITABLE: Readonly<Record<string, readonly string[]>> = {
  '/events': ['create', 'patch', 'update'],
  '/persistentvolumeclaims': ['create', 'delete', 'patch', 'update'],
  '/pods': ['delete'],
  '/pods/eviction': ['create'],
  'apps/deployments': ['delete'],
  'apps/deployments/scale': ['patch', 'update'],
  'apps/statefulsets': ['delete'],
  'apps/statefulsets/scale': ['patch', 'update'],
  'batch/jobs': ['delete'],
  'coordination.k8s.io/leases': ['create', 'delete', 'patch', 'update'],
  'events.k8s.io/events': ['create', 'patch', 'update'],
};

/** Domains of operators that turn what is written into pods, secrets, routes or network rules. */
const OPERATORS =
  /(^|\.)(argoproj\.io|bitnami\.com|cert-manager\.io|cilium\.io|cnpg\.io|external-secrets\.io|isindir\.github\.com|istio\.io|keda\.sh|knative\.dev|kubevirt\.io|kyverno\.io|openshift\.io|projectcalico\.org|tekton\.dev|traefik\.io|volcano\.sh)$/;

const READS = new Set(['get', 'list', 'watch']);

/** What is wrong with a right that an agent asks for. */
export function findRightProblems(group: string, resources: readonly string[], verbs: readonly string[]): Problem[] {
  const never = NEVER_GROUP.test(group) ? group : resources.find((resource) => NEVER.test(resource));
  if (never !== undefined) return [{ prop: 'resources', must: 'not give a way to secrets or to more rights', got: never }];
  for (const resource of resources) {
    const verb = verbs.find((each) => !READS.has(each) && !isWritable(group, resource, each));
    if (verb === undefined) continue;
    const must = `only be read, as who may ${verb} them may run pods, reach secrets or open the org`;
    return [{ prop: 'resources', must, got: resource }];
  }
  return [];
}

function isWritable(group: string, resource: string, verb: string): boolean {
  if (!OWN_GROUP.test(group)) return !OPERATORS.test(group) && !resource.includes('secret');
  const key = `${group}/${resource}`;
  return Object.hasOwn(WRITABLE, key) && WRITABLE[key]?.includes(verb) === true;
}

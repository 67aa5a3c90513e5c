import { Agent, ApiAccess, type ApiVerb, InvalidValueError, OrgPart } from '../constructs/index.ts';
import { givesDispatcherRights } from './dispatcher-rights.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { ObjectRule, Report, Subject } from './rule.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Rights to the Kubernetes API are those that `apiAccess` declares, whichever way they are written. */
export const rbacNarrow: ObjectRule = {
  id: 'rbac-narrow',
  title: 'Rights to the Kubernetes API are narrow, declared, and stay in the namespace',
  severity: 'error',
  appliesTo: [`${RBAC}/Role`, `${RBAC}/RoleBinding`],
  fix: "give the agent the rights it needs by 'apiAccess'",
  check(subject, report) {
    if (givesDispatcherRights(subject)) return;
    if (subject.groupKind.endsWith('/Role')) checkRole(subject, report);
    else checkBinding(subject, report);
  },
  good: {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'greeter', namespace: 'acme' },
    rules: [{ apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] }],
  },
  bad: {
    example: {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'greeter', namespace: 'acme' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:unauthenticated' }],
    },
    says: [
      `'roleRef' must name a Role of this namespace, got {"apiGroup":"${RBAC}","kind":"ClusterRole","name":"cluster-admin"}`,
      `'subjects[0]' must be a ServiceAccount of this namespace, got {"apiGroup":"${RBAC}","kind":"Group","name":"system:unauthenticated"}`,
    ],
  },
};

const VERBS: ReadonlySet<unknown> = new Set<ApiVerb>(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']);

function checkRole({ manifest, part }: Subject, report: Report): void {
  if (manifest['aggregationRule'] !== undefined) report({ field: 'aggregationRule', must: 'not be set: others would add to its rights' });
  const rules = listOf(manifest['rules']);
  for (let index = 0; index < rules.length; index++) {
    const rule = fieldsOf(rules[index]);
    const field = `rules[${index}]`;
    if (part.construct instanceof Agent) {
      if (!isDeclared(rule, part.construct)) report({ field, got: rules[index], must: "be no more than the agent's 'apiAccess' says" });
    } else {
      const refusal = findRefusal(rule);
      if (refusal !== undefined) report({ field, got: rules[index], must: `be what 'apiAccess' could say: ${refusal}` });
    }
  }
}

function isDeclared({ apiGroups, nonResourceURLs, resources, verbs }: Fields, { apiAccess }: Agent): boolean {
  if (nonResourceURLs !== undefined) return false;
  return listOf(apiGroups).every((group) =>
    apiAccess.some((own) => own.group === group && areWithin(resources, own.resources) && areWithin(verbs, own.verbs)),
  );
}

function areWithin(values: unknown, allowed: readonly unknown[]): boolean {
  return listOf(values).every((value) => allowed.includes(value));
}

/** Why no `ApiAccess` could say this: what agents cannot be given, nobody else is given. */
function findRefusal({ apiGroups, nonResourceURLs, resources, verbs }: Fields): string | undefined {
  if (nonResourceURLs !== undefined) return 'it is about URLs of the API server';
  const [groups, plurals] = [listOf(apiGroups), listOf(resources)];
  if (!areTexts(groups) || !areTexts(plurals)) return 'groups and resources are names';
  const own = listOf(verbs).filter(isVerb);
  if (own.length < listOf(verbs).length) return `verbs are ${[...VERBS].join(', ')}`;
  try {
    for (const group of groups) ApiAccess.to(plurals, { group, reason: 'an object', verbs: own });
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValueError) return error.message.replace(/^ApiAccess\.to: | \[\w+\]$/g, '');
    throw error;
  }
}

function checkBinding({ manifest, org, part }: Subject, report: Report): void {
  const owner = part.construct instanceof Agent ? part.construct.name : undefined;
  const { apiGroup, kind, name } = fieldsOf(manifest['roleRef']);
  if (kind !== 'Role' || apiGroup !== RBAC)
    report({ field: 'roleRef', got: manifest['roleRef'] ?? null, must: 'name a Role of this namespace' });
  else if (owner !== undefined && name !== owner)
    report({ field: 'roleRef.name', got: name ?? null, must: `be '${owner}', the agent's own` });
  const subjects = listOf(manifest['subjects']);
  for (let index = 0; index < subjects.length; index++) {
    const subject = fieldsOf(subjects[index]);
    const account = subject['name'];
    if (subject['kind'] !== 'ServiceAccount' || subject['namespace'] !== manifest.metadata.namespace) {
      report({ field: `subjects[${index}]`, got: subjects[index], must: 'be a ServiceAccount of this namespace' });
    } else if (
      owner !== undefined ? account !== owner : typeof account === 'string' && org?.node.tryFindChild(account) instanceof OrgPart
    ) {
      const must =
        owner === undefined
          ? "be an account of the stack's own: a part has only the rights of its 'apiAccess'"
          : `be '${owner}', the agent's own`;
      report({ field: `subjects[${index}].name`, got: account ?? null, must });
    }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function areTexts(values: readonly unknown[]): values is readonly string[] {
  return values.every((value) => typeof value === 'string');
}

function isVerb(value: unknown): value is ApiVerb {
  return VERBS.has(value);
}

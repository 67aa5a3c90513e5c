import { describe, expect, it } from 'vitest';
import { ApiAccess, type Manifest } from '../constructs/index.ts';
import { anAgent, anOrg } from '../test/builders.ts';
import { createJudge } from './index.ts';
import { saysOf } from './testing.ts';

const RBAC = 'rbac.authorization.k8s.io';

function aRole(...rules: object[]): Manifest {
  return { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: 'greeter', namespace: 'acme' }, rules };
}

function aBinding(role: string, account: string): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'greeter', namespace: 'acme' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: role },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'acme' }],
  };
}

/** What the rule says of an object beside agent `greeter`, and of one in the agent's own file. */
function judge(manifest: Manifest, place: 'agent' | 'extras'): string[] {
  const org = anOrg();
  const apiAccess = [ApiAccess.to(['pods', 'services'], { reason: 'it counts them', verbs: ['get', 'list'] })];
  const agent = anAgent(org, 'greeter', { apiAccess });
  const part =
    place === 'agent' ? { construct: agent, file: 'test/acme/greeter.yaml' } : { construct: org, file: 'test/acme/_extras.yaml' };
  return saysOf('rbac-narrow', createJudge(org.fleet).judge(part, [manifest]));
}

describe('rbac-narrow, about a Role', () => {
  it.each([
    { apiGroups: ['*'], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['*'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', '*'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
    { apiGroups: ['apps', ''], resources: ['secrets'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
    { apiGroups: [RBAC], resources: ['roles'], verbs: ['get'] },
    { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
    { apiGroups: [''], resources: [{ toString: 1 }], verbs: ['get'] },
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ])('refuses what no apiAccess could say: %j', (rule) => {
    const [first, ...others] = judge(aRole({ apiGroups: [''], resources: ['services'], verbs: ['get'] }, rule), 'extras');
    expect(first).toContain("Role acme/greeter: 'rules[1]' must be what 'apiAccess' could say: ");
    expect(others).toEqual([]);
  });

  it.each([
    { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['*'] },
  ])('lets an agent have no more than its apiAccess: %j', (rule) => {
    const [first, ...others] = judge(aRole(rule), 'agent');
    expect(first).toContain("Role acme/greeter: 'rules[0]' must be no more than the agent's 'apiAccess' says, got {");
    expect(others).toEqual([]);
  });

  it('lets an agent have less', () => {
    expect(judge(aRole({ apiGroups: [''], resources: ['pods'], verbs: ['get'] }), 'agent')).toEqual([]);
  });

  it('lets nobody add to its rights', () => {
    expect(judge({ ...aRole(), aggregationRule: {} }, 'extras')).toHaveLength(1);
  });
});

describe('rbac-narrow, about a RoleBinding', () => {
  it('lets an agent be bound to its own Role', () => {
    expect(judge(aBinding('greeter', 'greeter'), 'agent')).toEqual([]);
  });

  it('binds an agent to no other Role, and no other account to its Role', () => {
    expect(judge(aBinding('other', 'greeter'), 'agent')).toEqual([
      "RoleBinding acme/greeter: 'roleRef.name' must be 'greeter', the agent's own, got 'other'",
    ]);
    expect(judge(aBinding('greeter', 'other'), 'agent')).toEqual([
      "RoleBinding acme/greeter: 'subjects[0].name' must be 'greeter', the agent's own, got 'other'",
    ]);
  });

  it("lets a stack bind accounts of its own, and no part's", () => {
    expect(judge(aBinding('extra', 'extra'), 'extras')).toEqual([]);
    expect(judge(aBinding('extra', 'greeter'), 'extras')).toEqual([
      "RoleBinding acme/greeter: 'subjects[0].name' must be an account of the stack's own: a part has only the rights of its 'apiAccess', got 'greeter'",
    ]);
  });

  it('binds no account of another namespace', () => {
    const binding = { ...aBinding('extra', 'extra'), subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'kube-system' }] };
    expect(judge(binding, 'extras')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { ApiAccess, Run } from '../../constructs/index.ts';
import { anAgent, anApiAccess, anOrg } from '../../test/builders.ts';
import { containerOf, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

describe('an agent without rights to the Kubernetes API', () => {
  const manifests = renderAgent(anAgent(anOrg()));

  it('has an identity, but no Role and no token', () => {
    expect(only(manifests, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(manifests.map(({ kind }) => kind)).not.toContain('Role');
    const { spec } = podOf(manifests);
    expect(spec).toMatchObject({ automountServiceAccountToken: false, serviceAccountName: 'greeter' });
    expect(JSON.stringify(spec.volumes)).not.toContain('serviceAccountToken');
  });
});

describe('an agent with rights to the Kubernetes API', () => {
  const scale = ApiAccess.to(['deployments/scale'], { group: 'apps', reason: 'it scales builds', verbs: ['patch', 'get'] });
  const manifests = renderAgent(anAgent(anOrg(), 'greeter', { apiAccess: [anApiAccess(), scale] }));

  it('has a Role with these rights and the reasons for them', () => {
    const role = only(manifests, 'Role');
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] },
    ]);
    expect(role.metadata.annotations).toMatchObject({ 'fleetwright.dev/because': 'it watches builds\nit scales builds' });
  });

  it('is alone bound to it', () => {
    expect(only(manifests, 'RoleBinding')).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'greeter' },
      subjects: [{ kind: 'ServiceAccount', name: 'greeter', namespace: 'acme' }],
    });
  });

  it('finds a token of an hour where clients look for it, and what they need beside it', () => {
    expect(podOf(manifests).spec.volumes).toContainEqual({
      name: 'api-token',
      projected: {
        defaultMode: 0o440,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3600, path: 'token' } },
          { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
          { downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.namespace' }, path: 'namespace' }] } },
        ],
      },
    });
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(containerOf(podOf(manifests), 'agent').volumeMounts).toContainEqual({ mountPath, name: 'api-token', readOnly: true });
  });
});

describe('the token for the dispatcher', () => {
  it.each([Run.pool({ max: 1 }), Run.job()])('is given to a $mode.kind, and is good for nothing else', (run) => {
    const pod = podOf(renderAgent(anAgent(anOrg(), 'greeter', { run })));
    expect(pod.spec.volumes).toContainEqual({
      name: 'dispatcher-token',
      projected: {
        defaultMode: 0o440,
        sources: [{ serviceAccountToken: { audience: 'fleetwright-dispatcher', expirationSeconds: 3600, path: 'token' } }],
      },
    });
    expect(containerOf(pod, 'agent').volumeMounts).toContainEqual({
      mountPath: '/var/run/secrets/fleetwright',
      name: 'dispatcher-token',
      readOnly: true,
    });
  });
});

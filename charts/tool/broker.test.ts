import { describe, expect, it } from 'vitest';
import { aBroker, anEnvironment, anOrg } from '../../test/builders.ts';
import { dig, expand, only, podOf } from '../../test/manifests.ts';
import { renderBroker } from './broker.ts';

describe('a broker', () => {
  const manifests = renderBroker(aBroker(anOrg()));
  const { metadata, spec } = podOf(manifests);

  it('consists of these objects', () => {
    expect(manifests.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual([
      'NetworkPolicy github',
      'ServiceAccount github',
      'Password github-credentials',
      'ExternalSecret github-credentials',
      'Deployment github',
      'Service github',
      'PodDisruptionBudget github',
    ]);
  });

  it('adds the secret for one host, which it reads from a file', () => {
    expect(spec.containers[0]?.command).toEqual([
      '/worker',
      'broker',
      '--listen',
      '8080',
      '--host',
      'api.github.com',
      '--header',
      'Authorization',
      '--prefix',
      'Bearer ',
      '--secret',
      '/etc/secrets/github-token/value',
    ]);
    expect(spec.containers[0]?.volumeMounts).toEqual([
      { mountPath: '/etc/secrets/github-token', name: 'secret-github-token', readOnly: true },
    ]);
    expect(spec.volumes).toEqual([
      { name: 'secret-github-token', secret: { defaultMode: 0o440, items: [{ key: 'value', path: 'value' }], secretName: 'github-token' } },
    ]);
  });

  it('says header and prefix as they are', () => {
    const other = renderBroker(aBroker(anOrg(), 'dns', { header: 'X-Token', host: 'dns.example.org', prefix: '$(HOME) ' }));
    const command = podOf(other).spec.containers[0]?.command?.map(expand);
    expect(command?.slice(4, 10)).toEqual(['--host', 'dns.example.org', '--header', 'X-Token', '--prefix', '$(HOME) ']);
  });

  it('is reached by those who were given it, and reaches its host through the proxy', () => {
    const policy = only(manifests, 'NetworkPolicy');
    expect(dig(policy, 'spec', 'ingress')).toEqual([
      { from: [{ podSelector: { matchLabels: { 'reach.fleetwright.dev/github': 'allowed' } } }], ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
    expect(policy.metadata.annotations).toMatchObject({
      'fleetwright.dev/egress': "api.github.com (TCP 443): secret 'github-token' is for it",
    });
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'broker', 'reach.fleetwright.dev/egress': 'allowed' });
    expect(spec.containers[0]?.env?.find(({ name }) => name === 'HTTPS_PROXY')?.valueFrom).toEqual({
      secretKeyRef: { key: 'egress-url', name: 'github-credentials' },
    });
  });

  it('needs no proxy where names are enforced', () => {
    const environment = anEnvironment({ cluster: { egress: { backend: 'cilium' } } });
    const direct = renderBroker(aBroker(anOrg({ environment })));
    expect(direct.map(({ kind }) => kind)).toEqual([
      'NetworkPolicy',
      'CiliumNetworkPolicy',
      'ServiceAccount',
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
    expect(podOf(direct).spec.containers[0]?.env).toBeUndefined();
  });
});

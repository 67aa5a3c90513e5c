import { describe, expect, it } from 'vitest';
import { Egress, McpServer, type Org } from '../../constructs/index.ts';
import { aBroker, aModel, anAgent, anEnvironment, anIntent, anOrg, aTool } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderEgressProxy } from './egress-proxy.ts';
import { forbiddenRanges } from './private-addresses.ts';

function anOrgWithClients(id = 'acme'): Org {
  const org = anOrg({ id });
  anAgent(org, 'ada', { egress: [anIntent(), Egress.plainHttp('docs.example.org', { reason: 'manuals' })] });
  anAgent(org, 'homebody');
  aTool(org, 'far', { server: McpServer.remote('https://mcp.example.org/mcp') });
  aBroker(org);
  aModel(org);
  return org;
}

const passwordOf = (id: string) => ({
  secret: { items: [{ key: 'egress-password', path: id }], name: `${id}-credentials`, optional: true },
});

describe('the egress proxy', () => {
  const manifests = renderEgressProxy(anOrgWithClients());
  const { spec } = podOf(manifests);

  it('is left out where nobody wants to go out', () => {
    const org = anOrg();
    anAgent(org, 'homebody');
    expect(renderEgressProxy(org)).toEqual([]);
  });

  it('consists of these objects', () => {
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'NetworkPolicy acme/egress',
      'ServiceAccount acme/egress',
      'ConfigMap acme/egress',
      'Deployment acme/egress',
      'Service acme/egress',
      'PodDisruptionBudget acme/egress',
    ]);
  });

  it('admits pods that may reach it, and nobody else', () => {
    expect(dig(only(manifests, 'NetworkPolicy'), 'spec', 'ingress')).toEqual([
      { from: [{ podSelector: { matchLabels: { 'reach.fleetwright.dev/egress': 'allowed' } } }], ports: [{ port: 3128, protocol: 'TCP' }] },
    ]);
  });

  it('reaches public addresses only, at the ports of all intents', () => {
    const policy = only(manifests, 'NetworkPolicy');
    expect(dig(policy, 'spec', 'egress')).toHaveLength(1);
    expect(dig(policy, 'spec', 'egress', 0, 'ports')).toEqual([80, 443].map((port) => ({ port, protocol: 'TCP' })));
    const { ipv4, ipv6 } = forbiddenRanges(anEnvironment());
    expect(dig(policy, 'spec', 'egress', 0, 'to')).toEqual([
      { ipBlock: { cidr: '0.0.0.0/0', except: ipv4 } },
      { ipBlock: { cidr: '::/0', except: ipv6 } },
    ]);
  });

  it('mounts the password of each client, and no other key', () => {
    expect(spec.volumes.find(({ name }) => name === 'agents')).toEqual({
      name: 'agents',
      projected: { defaultMode: 0o440, sources: ['gateway', 'ada', 'far', 'github'].map(passwordOf) },
    });
  });

  it('is replaced one pod at a time when its configuration changes', () => {
    const deployment = only(manifests, 'Deployment');
    expect(deployment).toMatchObject({ spec: { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 0 } } } });
    const hashOf = (org: Org) => podOf(renderEgressProxy(org)).metadata.annotations['fleetwright.dev/config'];
    const changed = anOrgWithClients();
    anAgent(changed, 'bob', { egress: [anIntent()] });
    expect(hashOf(anOrgWithClients())).toMatch(/^[0-9a-f]{16}$/);
    expect(hashOf(anOrgWithClients())).not.toBe(hashOf(changed));
  });

  it('writes nowhere but to a small /dev/shm', () => {
    const writable = spec.containers[0]?.volumeMounts?.filter(({ readOnly }) => readOnly !== true);
    expect(writable).toEqual([{ mountPath: '/dev/shm', name: 'shm' }]);
    expect(spec.volumes.find(({ name }) => name === 'shm')).toEqual({ emptyDir: { medium: 'Memory', sizeLimit: '16Mi' }, name: 'shm' });
  });

  it('is one refusal of private addresses where Cilium knows the names', () => {
    const org = anOrg({ environment: anEnvironment({ cluster: { egress: { backend: 'cilium' } } }) });
    anAgent(org, 'ada', { egress: [anIntent()] });
    const [policy, ...others] = renderEgressProxy(org);
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ kind: 'CiliumNetworkPolicy', spec: { endpointSelector: {} } });
    expect(dig(policy, 'spec', 'egressDeny', 0, 'toCIDRSet')).toEqual(
      expect.arrayContaining([
        { cidr: '169.254.0.0/16', except: undefined },
        { cidr: '10.0.0.0/8', except: ['10.0.0.10/32', '10.0.0.11/32'] },
      ]),
    );
  });

  it('is nothing where addresses were reviewed', () => {
    const org = anOrg({ environment: anEnvironment({ cluster: { egress: { backend: 'snapshot', hosts: {} } } }) });
    anAgent(org, 'ada', { egress: [anIntent()] });
    expect(renderEgressProxy(org)).toEqual([]);
  });
});

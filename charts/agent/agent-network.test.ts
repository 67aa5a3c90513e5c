import { describe, expect, it } from 'vitest';
import { Exposure, McpServer, Memory, MemoryStore, Run, ToolPlacement, WorkerRuntime } from '../../constructs/index.ts';
import { aBroker, aMemory, aModel, aSecret, aTool, anAgent, anApiAccess, anEnvironment, anIntent, anOrg } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

type Props = Parameters<typeof anAgent>[2];

function render(org = anOrg(), props: Props = {}) {
  const manifests = renderAgent(anAgent(org, 'greeter', props));
  const policy = only(manifests, 'NetworkPolicy');
  const labels = Object.keys(podOf(manifests).metadata.labels).filter((label) => label.startsWith('reach.'));
  return { egress: dig(policy, 'spec', 'egress'), ingress: dig(policy, 'spec', 'ingress'), labels, manifests };
}

function pods(component: string, name: string) {
  return { podSelector: { matchLabels: { 'app.kubernetes.io/component': component, 'app.kubernetes.io/name': name } } };
}

function tcp(port: number) {
  return [{ port, protocol: 'TCP' }];
}

describe('the network policy of an agent', () => {
  it('lets an agent that uses nothing talk to nobody, and nobody to it', () => {
    const { egress, ingress, manifests } = render();
    expect({ egress, ingress }).toEqual({ egress: undefined, ingress: undefined });
    expect(only(manifests, 'NetworkPolicy')).toMatchObject({ spec: { policyTypes: ['Ingress', 'Egress'] } });
  });

  it('lets it talk to the gateway when it has models', () => {
    const org = anOrg();
    const { egress, labels } = render(org, { models: { primary: aModel(org) }, runtime: WorkerRuntime.goose() });
    expect(egress).toEqual([{ ports: tcp(4000), to: [pods('gateway', 'gateway')] }]);
    expect(labels).toEqual(['reach.fleetwright.dev/gateway']);
  });

  it('lets it talk to its tools and brokers, not to sidecars, which are in its pod', () => {
    const org = anOrg();
    const tools = [
      aTool(org, 'search'),
      aTool(org, 'files', { placement: ToolPlacement.sidecar() }),
      aTool(org, 'far', { server: McpServer.remote('https://mcp.example.org/mcp') }),
    ];
    const { egress, labels } = render(org, { brokered: [aBroker(org, 'github')], tools });
    expect(egress).toEqual([{ ports: tcp(8080), to: [pods('tool', 'search'), pods('tool', 'far'), pods('broker', 'github')] }]);
    expect(labels).toEqual(['reach.fleetwright.dev/search', 'reach.fleetwright.dev/far', 'reach.fleetwright.dev/github']);
  });

  it('lets it talk to the egress proxy when it or a sidecar has intents, and says why', () => {
    const org = anOrg();
    const own = render(org, { egress: [anIntent('pypi.example.org')] });
    expect(own.egress).toEqual([{ ports: tcp(3128), to: [pods('egress', 'egress')] }]);
    expect(own.labels).toEqual(['reach.fleetwright.dev/egress']);
    expect(only(own.manifests, 'NetworkPolicy').metadata.annotations).toMatchObject({
      'fleetwright.dev/egress': 'pypi.example.org (TCP 443): the task needs it',
    });
    const other = anOrg();
    const tool = aTool(other, 'fetch', { egress: [anIntent()], placement: ToolPlacement.sidecar() });
    expect(render(other, { tools: [tool] }).labels).toEqual(['reach.fleetwright.dev/egress']);
  });

  it('lets it talk to hosts by name where Cilium does that', () => {
    const environment = anEnvironment({ cluster: { egress: { backend: 'cilium' } } });
    const { egress, labels, manifests } = render(anOrg({ environment }), { egress: [anIntent()] });
    expect({ egress, labels }).toEqual({ egress: undefined, labels: [] });
    expect(manifests.map(({ kind }) => kind).slice(0, 2)).toEqual(['NetworkPolicy', 'CiliumNetworkPolicy']);
  });

  it('lets it talk to reviewed addresses where names cannot be used', () => {
    const hosts = { 'api.example.org': { cidrs: ['203.0.113.10/32'], expires: '2027-01-01' } };
    const environment = anEnvironment({ cluster: { egress: { backend: 'snapshot', hosts } } });
    const { egress } = render(anOrg({ environment }), { egress: [anIntent()] });
    expect(egress).toEqual([{ ports: tcp(443), to: [{ ipBlock: { cidr: '203.0.113.10/32' } }] }]);
  });

  it('lets it talk to the pods of its memory', () => {
    const org = anOrg();
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'data' } };
    expect(render(org, { memory: aMemory(org) }).egress).toEqual([
      { ports: tcp(6379), to: [{ namespaceSelector, podSelector: { matchLabels: { app: 'redis' } } }] },
    ]);
  });

  it('reaches the bucket of its memory by the way out', () => {
    const org = anOrg();
    const store = MemoryStore.s3({ bucket: 'notes', credentials: aSecret(org, 'aws'), endpoint: 's3.example.org' });
    expect(render(org, { memory: new Memory(org, 'notes', { store }) }).labels).toEqual(['reach.fleetwright.dev/egress']);
  });

  it('lets it talk to the API server when it has rights there', () => {
    expect(render(anOrg(), { apiAccess: [anApiAccess()] }).egress).toEqual([
      { ports: tcp(6443), to: [{ ipBlock: { cidr: '10.0.0.10/32' } }, { ipBlock: { cidr: '10.0.0.11/32' } }] },
    ]);
  });

  it('lets it talk to the API server by what it is where Cilium knows that', () => {
    const environment = anEnvironment({ cluster: { egress: { backend: 'cilium' } } });
    const { manifests } = render(anOrg({ environment }), { apiAccess: [anApiAccess()] });
    const toPorts = [{ ports: [{ port: '6443', protocol: 'TCP' }] }];
    expect(dig(only(manifests, 'CiliumNetworkPolicy'), 'spec', 'egress')).toEqual([{ toEntities: ['kube-apiserver'], toPorts }]);
    const both = render(anOrg({ environment }), { apiAccess: [anApiAccess()], egress: [anIntent()] });
    expect(dig(only(both.manifests, 'CiliumNetworkPolicy'), 'spec', 'egress')).toHaveLength(3);
    expect(render(anOrg(), { apiAccess: [anApiAccess()] }).manifests.map(({ kind }) => kind)).not.toContain('CiliumNetworkPolicy');
  });

  it.each([
    [Run.pool({ max: 1 }), true],
    [Run.job(), true],
    [Run.service(), false],
    [Run.schedule('0 0 * * *'), false],
    [Run.sandbox(), false],
  ])('lets a $0.mode.kind talk to the dispatcher: $1', (run, asks) => {
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'fleetwright' } };
    const labels = { 'app.kubernetes.io/component': 'dispatcher', 'app.kubernetes.io/name': 'dispatcher' };
    const rule = { ports: tcp(8080), to: [{ namespaceSelector, podSelector: { matchLabels: labels } }] };
    expect(render(anOrg(), { run }).egress).toEqual(asks ? [rule] : undefined);
  });

  it.each([
    ['signed in', Exposure.signedIn(), 4180],
    ['for all', Exposure.public('a status page'), 8080],
  ])('lets the ingress pods in to what is exposed, %s', (_, expose, port) => {
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } };
    expect(render(anOrg(), { run: Run.service({ expose }) }).ingress).toEqual([
      { from: [{ namespaceSelector, podSelector: { matchLabels: { app: 'envoy' } } }], ports: tcp(port) },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { Egress, type Environment } from '../../constructs/index.ts';
import { anEnvironment } from '../../test/builders.ts';
import { ownerOf, selectorOf } from '../manifest.ts';
import { renderPartEgress } from './part-egress.ts';

const why = { reason: 'a test' };

function wayOut(egress: Environment['cluster']['egress'], ...intents: Egress[]) {
  const environment = anEnvironment({ cluster: { egress } });
  return renderPartEgress({
    environment,
    intents,
    name: 'ada',
    owner: ownerOf('agent', 'ada', 'acme', 5),
    pods: selectorOf('agent', 'ada'),
  });
}

const PROXY = { backend: 'proxy' } as const;
const CILIUM = { backend: 'cilium' } as const;
const snapshot = (...cidrs: string[]) => ({ backend: 'snapshot', hosts: { 'a.test': { cidrs, expires: '2030-01-31' } } }) as const;

describe('the way out of a part', () => {
  it.each([PROXY, CILIUM, snapshot('203.0.113.1/32')])('is none without intents: $backend', (backend) => {
    expect(wayOut(backend)).toEqual({ annotations: undefined, objects: [], podLabels: undefined, rules: [] });
  });

  it('says in an annotation where it goes, how, why, for whom and until when', () => {
    const { annotations } = wayOut(
      PROXY,
      Egress.host('a.test', { ports: [8443, 443], reason: 'its  own data' }),
      Egress.host('b.test', { depth: 'one', expires: '2030-01-31', owner: 'team blue', reason: 'pictures' }),
      Egress.plainHttp('c.test', { depth: 'any', methods: ['POST', 'GET'], reason: 'old service' }),
    );
    expect(annotations?.['fleetwright.dev/egress']?.split('\n')).toEqual([
      'a.test (TCP 443, 8443): its own data',
      'one below b.test (TCP 443, for team blue, until 2030-01-31): pictures',
      'any below c.test (plain HTTP GET, POST): old service',
    ]);
  });

  it('leads to the proxy, which admits by a label', () => {
    const { objects, podLabels, rules } = wayOut(PROXY, Egress.host('a.test', why));
    const proxy = { 'app.kubernetes.io/component': 'egress', 'app.kubernetes.io/name': 'egress' };
    expect(rules).toEqual([{ peers: [{ podSelector: { matchLabels: proxy } }], ports: [{ port: 3128, protocol: 'TCP' }] }]);
    expect(podLabels).toEqual({ 'reach.fleetwright.dev/egress': 'allowed' });
    expect(objects).toEqual([]);
  });

  it('leads to reviewed addresses, and says until when they count', () => {
    const intents = [Egress.host('a.test', { ...why, ports: [443, 8443] }), Egress.host('a.test', { ...why, ports: [22] })];
    const { annotations, objects, podLabels, rules } = wayOut(snapshot('203.0.113.1/32', '2001:db8::/64'), ...intents);
    const peers = [{ ipBlock: { cidr: '203.0.113.1/32' } }, { ipBlock: { cidr: '2001:db8::/64' } }];
    const ports = (...numbers: number[]) => numbers.map((port) => ({ port, protocol: 'TCP' }));
    expect(rules).toEqual([
      { peers, ports: ports(443, 8443) },
      { peers, ports: ports(22) },
    ]);
    expect(annotations).toMatchObject({ 'fleetwright.dev/egress-addresses-until': 'a.test: 2030-01-31' });
    expect({ objects, podLabels }).toEqual({ objects: [], podLabels: undefined });
  });

  it.each([
    ['without addresses', snapshot(), Egress.host('a.test', why)],
    ['with a host that is not listed', snapshot('203.0.113.1/32'), Egress.host('b.test', why)],
    ['with names below a host', snapshot('203.0.113.1/32'), Egress.host('a.test', { ...why, depth: 'any' })],
    ['with methods', snapshot('203.0.113.1/32'), Egress.plainHttp('a.test', why)],
  ])('is closed %s, as nobody may become everybody', (_, backend, intent) => {
    expect(wayOut(backend, intent).rules).toEqual([]);
  });

  it('leads to names where Cilium knows them', () => {
    const intents = [
      Egress.host('a.test', { ...why, ports: [443, 8443] }),
      Egress.host('b.test', { ...why, depth: 'one' }),
      Egress.plainHttp('c.test', { ...why, depth: 'any', methods: ['GET'] }),
    ];
    const { objects, podLabels, rules } = wayOut(CILIUM, ...intents);
    const tcp = (...ports: string[]) => ports.map((port) => ({ port, protocol: 'TCP' }));
    const dns = [
      { port: '53', protocol: 'TCP' },
      { port: '53', protocol: 'UDP' },
    ];
    expect({ podLabels, rules }).toEqual({ podLabels: undefined, rules: [] });
    expect(objects).toMatchObject([
      { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'ada', namespace: 'acme' } },
    ]);
    expect(objects[0]?.spec).toEqual({
      egress: [
        {
          toEndpoints: [{ matchLabels: { 'k8s-app': 'kube-dns', 'k8s:io.kubernetes.pod.namespace': 'kube-system' } }],
          toPorts: [{ ports: dns, rules: { dns: [{ matchPattern: '*' }] } }],
        },
        { toFQDNs: [{ matchName: 'a.test' }], toPorts: [{ ports: tcp('443', '8443'), rules: undefined }] },
        { toFQDNs: [{ matchPattern: '*.b.test' }], toPorts: [{ ports: tcp('443'), rules: undefined }] },
        {
          toFQDNs: [{ matchPattern: '**.c.test' }],
          toPorts: [{ ports: tcp('80'), rules: { http: [{ host: String.raw`([^.]+\.)+c\.test`, method: 'GET' }] } }],
        },
      ],
      endpointSelector: { matchLabels: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': 'ada' } },
    });
  });
});

import type { Manifest } from '../constructs/index.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

/** Blocks of addresses that are wider than these hold more than anyone can have reviewed. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 32;

const DIRECTIONS = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

/** In a NetworkPolicy, saying nothing about the peer means everyone. */
export const networkPolicyOpen: ObjectRule = {
  id: 'network-policy-open',
  title: 'No network policy lets everyone through',
  severity: 'error',
  appliesTo: ['networking.k8s.io/NetworkPolicy'],
  fix: 'name the peers: pods by their labels, or narrow blocks of addresses; declare an Egress intent for hosts outside the cluster',
  check({ manifest }, report) {
    const spec = fieldsOf(manifest['spec']);
    const isProxy = fieldsOf(fieldsOf(spec['podSelector'])['matchLabels'])['app.kubernetes.io/component'] === 'egress';
    for (const [direction, peersField] of DIRECTIONS) {
      const rules = itemsOf(spec[direction]);
      for (let r = 0; r < rules.length; r++) {
        const peers = itemsOf(rules[r]?.[peersField]);
        const field = `spec.${direction}[${r}].${peersField}`;
        if (peers.length === 0) report({ field, got: peers, must: 'name peers: without them it lets everyone through' });
        for (let p = 0; p < peers.length; p++)
          checkPeer(peers[p] as Fields, { field: `${field}[${p}]`, mayFaceInternet: isProxy && direction === 'egress' }, report);
      }
    }
  },
  good: policy('egress', { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }),
  bad: {
    example: policy(
      'agent',
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }, { namespaceSelector: {} }] },
      { ports: [{ port: 8080 }] },
    ),
    says: [
      "'spec.egress[0].to[0].ipBlock.cidr' must be a block of 2^24 addresses or fewer, got '0.0.0.0/0'",
      `'spec.egress[0].to[1]' must choose namespaces or pods by labels, got {"namespaceSelector":{}}`,
      "'spec.ingress[0].from' must name peers: without them it lets everyone through, got []",
    ],
  },
};

function checkPeer(peer: Fields, { field, mayFaceInternet }: { field: string; mayFaceInternet: boolean }, report: Report): void {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (ipBlock !== undefined) return checkBlock(fieldsOf(ipBlock), `${field}.ipBlock`, mayFaceInternet, report);
  const isAnywhere = namespaceSelector !== undefined && selectsAll(namespaceSelector);
  if ((isAnywhere || namespaceSelector === undefined) && podSelector === undefined) {
    return report({ field, got: peer, must: 'choose namespaces or pods by labels' });
  }
  if (isAnywhere && selectsAll(podSelector)) report({ field, got: peer, must: 'choose namespaces or pods by labels' });
}

/** Only the egress proxy may face the internet, and never the inside of the cluster. */
function checkBlock({ cidr, except }: Fields, field: string, mayFaceInternet: boolean, report: Report): void {
  if (!isWide(cidr)) return;
  if (!mayFaceInternet) {
    const size = String(cidr).includes(':') ? '2^96' : '2^24';
    return report({ field: `${field}.cidr`, got: cidr, must: `be a block of ${size} addresses or fewer` });
  }
  if (Array.isArray(except) && except.length > 0) return;
  report({
    field: `${field}.except`,
    fix: 'except the private ranges and the addresses of the cluster',
    got: except ?? null,
    must: 'leave out the private ranges',
  });
}

function isWide(cidr: unknown): boolean {
  const [address = '', length = ''] = String(cidr).split('/');
  return Number(length) < (address.includes(':') ? WIDEST_IPV6 : WIDEST_IPV4);
}

function selectsAll(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return Object.keys(fieldsOf(matchLabels)).length === 0 && itemsOf(matchExpressions).length === 0;
}

function policy(component: string, egress: Fields, ingress?: Fields): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'greeter', namespace: 'acme' },
    spec: {
      egress: [egress],
      ingress: ingress ? [ingress] : [],
      podSelector: { matchLabels: { 'app.kubernetes.io/component': component } },
    },
  };
}

import { type Manifest, parseCidr } from '../constructs/index.ts';
import { isWide, showLimit } from './addresses.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

const OPEN_ENTITIES = new Set<unknown>(['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster']);

/** What may stand beside the peers of a rule; a rule that holds nothing else lets everyone through. */
const BESIDE_PEERS = new Set(['authentication', 'icmps', 'toPorts']);

/** Cilium's policies can say 'everyone' in words of their own. */
export const ciliumPolicyOpen: ObjectRule = {
  id: 'cilium-policy-open',
  title: 'No Cilium policy lets everyone through',
  severity: 'error',
  appliesTo: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  fix: 'name the peers: endpoints by their labels, or hosts by toFQDNs',
  check({ manifest }, report) {
    checkSpec(fieldsOf(manifest['spec']), 'spec', report);
    for (const [index, spec] of itemsOf(manifest['specs']).entries()) checkSpec(spec, `specs[${index}]`, report);
  },
  good: policy({ toFQDNs: [{ matchPattern: '*.example.org' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }),
  bad: {
    example: policy(
      { toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
      { toFQDNs: [{ matchPattern: '**' }] },
      { toEntities: ['world'] },
      { toCIDR: ['128.0.0.0/1'] },
    ),
    says: [
      "'spec.egress[0]' must name peers: without them it lets everyone through",
      "'spec.egress[1].toFQDNs[0].matchPattern' must name a host, got '**'",
      "'spec.egress[2].toEntities[0]' must be less than everyone, got 'world'",
      "'spec.egress[3].toCIDR[0]' must be a block of fewer than 2^24 addresses, got '128.0.0.0/1'",
    ],
  },
};

function checkSpec(spec: Fields, at: string, report: Report): void {
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [index, rule] of itemsOf(spec[direction]).entries()) checkRule(rule, `${at}.${direction}[${index}]`, report);
  }
}

function checkRule(rule: Fields, field: string, report: Report): void {
  const peers = Object.keys(rule).filter((key) => !BESIDE_PEERS.has(key) && rule[key] !== undefined);
  if (peers.length === 0 && rule['toPorts'] !== undefined) report({ field, must: 'name peers: without them it lets everyone through' });
  for (const name of peers) {
    const list: readonly unknown[] = Array.isArray(rule[name]) ? rule[name] : [];
    for (const [index, peer] of list.entries()) checkPeer(peer, `${field}.${name}[${index}]`, name, report);
  }
}

function checkPeer(peer: unknown, field: string, list: string, report: Report): void {
  const { matchPattern, cidr } = fieldsOf(peer);
  if (list.endsWith('Entities') && OPEN_ENTITIES.has(peer)) report({ field, got: peer, must: 'be less than everyone' });
  if (typeof matchPattern === 'string' && /^[*.]*$/.test(matchPattern))
    report({ field: `${field}.matchPattern`, got: matchPattern, must: 'name a host' });
  const text = list.endsWith('CIDR') ? peer : cidr;
  const block = typeof text === 'string' ? parseCidr(text) : undefined;
  if (block !== undefined && isWide(block)) report({ field, got: text, must: `be a block of fewer than ${showLimit(block)} addresses` });
}

function policy(...egress: Fields[]): Manifest {
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'greeter', namespace: 'acme' },
    spec: { egress, endpointSelector: { matchLabels: { 'app.kubernetes.io/name': 'greeter' } } },
  };
}

import { type Cidr, containsCidr, type Manifest, parseCidr } from '../constructs/index.ts';
import { isWide, limitOf, readBlocks, sharedBlock, showLimit, sizeOf, SPECIAL_BLOCKS } from './addresses.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';
import type { ObjectRule, Report, Subject } from './rule.ts';

/** Labels that every namespace or nearly every pod has: to ask for one says nothing. */
const EVERYWHERE = /^(?:app\.kubernetes\.io\/|kubernetes\.io\/metadata\.name$)/;

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
  check(subject, report) {
    const spec = fieldsOf(subject.manifest['spec']);
    for (const [direction, peersField] of DIRECTIONS) {
      const rules = itemsOf(spec[direction]);
      if (rules.length === 0) continue;
      const blocks = new Map<string, Cidr>();
      for (let r = 0; r < rules.length; r++) {
        const peers = itemsOf(rules[r]?.[peersField]);
        const field = () => `spec.${direction}[${r}].${peersField}`;
        if (peers.length === 0) report({ field: field(), got: peers, must: 'name peers: without them it lets everyone through' });
        for (let p = 0; p < peers.length; p++) {
          const { ipBlock } = peers[p] as Fields;
          if (ipBlock === undefined) checkSelectors(peers[p] as Fields, () => `${field()}[${p}]`, report);
          else checkBlock(fieldsOf(ipBlock), { blocks, direction, field: `${field()}[${p}].ipBlock`, subject }, report);
        }
      }
      checkSum(blocks, `spec.${direction}`, report);
    }
  },
  good: policy({ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }, { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'digest' } } }] }),
  bad: {
    example: policy(
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }, { namespaceSelector: {} }, { ipBlock: { cidr: '10.1.0.0/16' } }] },
      { ports: [{ port: 8080 }] },
    ),
    says: [
      "'spec.egress[0].to[0].ipBlock.cidr' must be a block of fewer than 2^24 addresses, got '0.0.0.0/0'",
      `'spec.egress[0].to[1]' must choose namespaces or pods by labels, got {"namespaceSelector":{}}`,
      "'spec.egress[0].to[2].ipBlock.cidr' must leave out 10.0.0.0/8, which is not on the internet, got '10.1.0.0/16'",
      "'spec.ingress[0].from' must name peers: without them it lets everyone through, got []",
    ],
  },
};

function checkSelectors(peer: Fields, field: () => string, report: Report): void {
  const { namespaceSelector, podSelector } = peer;
  const isAnywhere = namespaceSelector !== undefined && selectsAll(namespaceSelector);
  const isAnyone = podSelector === undefined ? isAnywhere || namespaceSelector === undefined : isAnywhere && selectsAll(podSelector);
  if (isAnyone) report({ field: field(), got: peer, must: 'choose namespaces or pods by labels' });
}

/** Where a block stands, and those that were seen before it. */
interface BlockPlace {
  readonly field: string;
  readonly direction: 'ingress' | 'egress';
  readonly subject: Subject;
  readonly blocks: Map<string, Cidr>;
}

/** Only the org's egress proxy may face the internet, and never the inside of the cluster. */
function checkBlock({ cidr, except }: Fields, { blocks, direction, field, subject }: BlockPlace, report: Report): void {
  const block = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  if (block === undefined) return;
  const apiServers = subject.org?.fleet.environment.cluster.apiServer.cidrs ?? [];
  const isOpen = isWide(block);
  const mayFaceInternet = isOpen && direction === 'egress' && isEgressProxy(subject);
  if (isOpen && !mayFaceInternet) {
    return report({ field: `${field}.cidr`, got: cidr, must: `be a block of fewer than ${showLimit(block)} addresses` });
  }
  if (!mayFaceInternet) {
    blocks.set(block.text, block);
    if (apiServers.includes(block.text)) return;
  }
  const servers = readBlocks(apiServers);
  const excepted = readBlocks(except);
  const left = mayFaceInternet
    ? findUncovered(block, [...SPECIAL_BLOCKS, ...servers], excepted)
    : findUncovered(block, SPECIAL_BLOCKS, [...excepted, ...servers]);
  if (left === undefined) return;
  if (!mayFaceInternet) {
    return report({ field: `${field}.cidr`, got: cidr, must: `leave out ${left.text}, which is not on the internet` });
  }
  report({
    field: `${field}.except`,
    fix: 'except the private ranges and the addresses of the cluster',
    got: except ?? null,
    must: `leave out ${left.text}`,
  });
}

function findUncovered(block: Cidr, ranges: readonly Cidr[], covers: readonly Cidr[]): Cidr | undefined {
  return ranges.find((range) => {
    const shared = sharedBlock(block, range);
    return shared !== undefined && !covers.some((cover) => containsCidr(cover, shared));
  });
}

/** Many blocks are as open as a wide one. */
function checkSum(blocks: ReadonlyMap<string, Cidr>, field: string, report: Report): void {
  if (blocks.size < 2) return;
  const all = [...blocks.values()];
  for (const list of [all.filter(({ bits }) => bits === 32), all.filter(({ bits }) => bits === 128)]) {
    const [first] = list;
    if (first === undefined || list.reduce((sum, block) => sum + sizeOf(block), 0) < limitOf(first)) continue;
    report({ field, must: `have blocks of fewer than ${showLimit(first)} addresses together` });
  }
}

/** The policy of the org's own, not one that a stack adds under its labels. */
function isEgressProxy({ manifest, part }: Subject): boolean {
  return part.file.endsWith('/_org.yaml') && manifest.metadata.name === 'egress';
}

/** Whether a selector asks for nothing, for what is not there, or for what all have. */
function selectsAll(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  if (Object.keys(fieldsOf(matchLabels)).length > 0) return false;
  return itemsOf(matchExpressions).every(
    ({ key, operator }) => operator !== 'In' && (operator !== 'Exists' || EVERYWHERE.test(String(key))),
  );
}

function policy(egress: Fields, ingress?: Fields): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'greeter', namespace: 'acme' },
    spec: {
      egress: [egress],
      ingress: ingress ? [ingress] : [],
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'agent' } },
    },
  };
}

import { Egress } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, list, number, object, text } from './code.ts';
import type { Fields } from './fields.ts';

const MOST_REASON = 200;
const TLS = 443;
const PLAIN = 80;

/** Intents by what they say, so that each is written once. */
export type Intents = Map<string, Code>;

/** Adds the intents of egress rules, as far as they name hosts. */
export function readEgress(rules: Fields, reason: string, into: Intents): void {
  for (const rule of rules.items()) readRule(rule, reason, into);
}

/** The intents as `egress` of a part. */
export function egressCode(intents: Intents): Code | undefined {
  return intents.size === 0 ? undefined : list([...intents.values()]);
}

/** Adds the intent to reach a host over TLS. */
export function addHost(host: string, reason: string, into: Intents): string | undefined {
  return addIntent(into, { host, depth: 'exact', ports: [TLS], reason });
}

function readRule(rule: Fields, who: string, into: Intents): void {
  const peers = rule.get('to').items().length > 0 ? rule.get('to').items() : [rule.get('to')];
  if (!peers.some((peer) => peer.get('dns').items().length > 0)) return rule.leave(explainPeer(peers[0] ?? rule));
  const reason = sentence(rule.get('description').text()) ?? who;
  const ports = readPorts(rule.get('ports'));
  for (const peer of peers) {
    for (const name of peer.get('dns').items()) readHost(name, ports, reason, into);
    for (const key of peer.keys()) if (key !== 'dns') peer.get(key).leave(explainPeer(peer, key));
  }
}

// oxlint-disable-next-line eslint/max-params -- an intent in four words
function readHost(field: Fields, ports: readonly number[], reason: string, into: Intents): void {
  const name = (field.text() ?? '').toLowerCase().replace(/\.$/, '');
  const depth = name.startsWith('*.') ? 'any' : 'exact';
  const refused = addIntent(into, { host: name.replace(/^\*\./, ''), depth, ports, reason });
  if (refused !== undefined) field.leave(refused);
}

interface Intent {
  readonly host: string;
  readonly depth: 'any' | 'exact';
  readonly ports: readonly number[];
  readonly reason: string;
}

/** Adds an intent, or answers what is wrong with it. */
function addIntent(into: Intents, { host, depth, ports, reason }: Intent): string | undefined {
  const others = ports.filter((port) => port !== PLAIN);
  const options = { reason, depth };
  const depthCode = depth === 'exact' ? undefined : text(depth);
  if (others.length > 0) {
    const refused = refusalOf(() => Egress.host(host, { ...options, ports: others }));
    if (refused !== undefined) return refused;
    const portsCode = others.length === 1 && others[0] === TLS ? undefined : list(others.map(number));
    const key = `${host} ${depth} ${others.join()}`;
    into.set(key, call('Egress.host', text(host), object({ depth: depthCode, ports: portsCode, reason: text(reason) })));
  }
  if (!ports.includes(PLAIN)) return undefined;
  const refused = refusalOf(() => Egress.plainHttp(host, options));
  const key = `${host} ${depth} plain`;
  if (refused === undefined) {
    into.set(key, call('Egress.plainHttp', text(host), object({ depth: depthCode, reason: text(reason) })));
  }
  return refused;
}

function readPorts(ports: Fields): number[] {
  const numbers = new Set<number>();
  for (const entry of ports.items()) {
    const port = entry.get('port').number();
    if ((entry.get('protocol').text() ?? 'TCP') !== 'TCP') entry.leave('hosts are reached by TCP alone');
    else if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) entry.leave('it is no number of a port');
    else numbers.add(port);
  }
  return numbers.size === 0 ? [TLS] : [...numbers].sort((a, b) => a - b);
}

function explainPeer(peer: Fields, key = peer.keys()[0]): string {
  const range = peer.get('cidr').text() ?? peer.get('ipBlock', 'cidr').text();
  if (range === '0.0.0.0/0' || range === '::/0') return "it opens every address there is; name the hosts that are needed by 'egress'";
  if (range !== undefined) return "hosts are reached by their names and not by addresses; name the host by 'egress'";
  if (key === undefined || key === 'description' || key === 'ports') return 'it names no host, which would open every address there is';
  return 'within the cluster a part reaches what it uses, such as its tools and memory, and nothing else';
}

/** One line that reviewers can read. */
function sentence(description: string | undefined): string | undefined {
  const line = (description ?? '')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_REASON);
  return line === '' ? undefined : line;
}

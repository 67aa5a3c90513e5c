import type { Egress } from '../../constructs/index.ts';
import type { EgressClient } from './egress-intents.ts';
import { hostPattern } from './host-pattern.ts';

/** Clients that may reach the same hosts. They share their rules, as squid looks at one rule after the other. */
interface ClientGroup {
  readonly names: string[];
  readonly intents: readonly Egress[];
}

/** Hosts that are reached in the same way. Names below a host need a pattern: squid's own `.host` matches the host too. */
interface HostGroup {
  readonly ports: readonly number[];
  readonly methods: readonly string[];
  readonly hosts: readonly Egress[];
}

/**
 * The rules of all clients. Nobody but `isHostName` and `findNameProblems` stands between a stack and these lines, so they
 * hold names and hosts only: no text that people write.
 */
export function clientRules(clients: readonly EgressClient[]): string[] {
  return groupClients(clients).flatMap(({ names, intents }) => {
    // Named for the first client, so that the rules of others stay as they are. No name of a client has a dot.
    const group = `${names[0]}.clients`;
    const rules = groupHosts(intents).flatMap((hosts, at) => hostRules(group, `${names[0]}.${at + 1}`, hosts));
    return [...names.map((name) => `acl ${group} proxy_auth ${name}`), ...rules];
  });
}

function groupClients(clients: readonly EgressClient[]): ClientGroup[] {
  const groups = new Map<string, ClientGroup>();
  for (const { id, intents } of clients) {
    const key = intents.map(describeReach).sort().join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { intents, names: [id] });
    else group.names.push(id);
  }
  return [...groups.values()];
}

function describeReach({ host, depth, ports, methods }: Egress): string {
  return `${host} ${depth} ${ports.join(',')} ${methods.join(',')}`;
}

function groupHosts(intents: readonly Egress[]): HostGroup[] {
  const groups = Map.groupBy(intents, ({ ports, methods }) => `${ports.join(',')} ${methods.join(',')}`);
  return [...groups.values()].map((hosts) => ({ hosts, methods: hosts[0]?.methods ?? [], ports: hosts[0]?.ports ?? [] }));
}

function hostRules(client: string, id: string, { ports, methods, hosts }: HostGroup): string[] {
  const exact = hosts.filter(({ depth }) => depth === 'exact').map(({ host }) => `acl ${id}-exact dstdomain -n ${host}`);
  const below = hosts
    .filter(({ depth }) => depth !== 'exact')
    .map((intent) => `acl ${id}-below dstdom_regex -n -i ^${hostPattern(intent)}$`);
  const how = methods.length === 0 ? `CONNECT ${client} ${id}-ports` : `http web ${client} ${id}-methods`;
  return [
    ...(methods.length === 0
      ? ports.map((port) => `acl ${id}-ports port ${port}`)
      : methods.map((method) => `acl ${id}-methods method ${method}`)),
    ...new Set([...exact, ...below]),
    // The name is resolved by the last word, only when all before it has matched.
    ...(exact.length === 0 ? [] : [`http_access allow ${how} ${id}-exact !forbidden`]),
    ...(below.length === 0 ? [] : [`http_access allow ${how} ${id}-below !forbidden`]),
  ];
}

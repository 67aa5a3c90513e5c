import { Agent, BrokeredSecret, Dispatcher, Egress, type ModelGateway, type Org, Tool } from '../../constructs/index.ts';

/** A part that reaches hosts outside the cluster from pods of its own. */
export interface EgressClient {
  /** The part's id, by which the proxy knows it. */
  readonly id: string;
  /** At least one. */
  readonly intents: readonly Egress[];
}

/** All parts of an org that have a way out, in the order of their creation; the gateway comes first. */
export function egressClients(org: Org): EgressClient[] {
  const clients: EgressClient[] = [{ id: 'gateway', intents: gatewayIntents(org.gateway) }];
  for (const part of org.children) {
    if (part instanceof Agent) clients.push({ id: part.name, intents: agentIntents(part) });
    else if (part instanceof Tool) clients.push({ id: part.name, intents: toolIntents(part) });
    else if (part instanceof BrokeredSecret) clients.push({ id: part.name, intents: brokerIntents(part) });
    else if (part instanceof Dispatcher) clients.push({ id: part.name, intents: dispatcherIntents(part) });
  }
  return clients.filter(({ intents }) => intents.length > 0);
}

/** The hosts that an agent's pods reach: its own, those of its sidecar tools, its memory's bucket, and where people sign in to it. */
export function agentIntents(agent: Agent): readonly Egress[] {
  return [...agent.intents(), ...memoryIntents(agent), ...signInIntents(agent)];
}

function memoryIntents({ memory }: Agent): Egress[] {
  if (memory?.store.location.kind !== 's3') return [];
  const { endpoint, bucket } = memory.store.location;
  return [Egress.host(endpoint, { reason: `its memory '${memory.name}' is in bucket '${bucket}'` })];
}

function signInIntents({ org, run: { mode } }: Agent): Egress[] {
  const { oidc } = org.fleet.environment.cluster;
  if (mode.kind !== 'service' || mode.expose === undefined || mode.expose.publicReason !== undefined || oidc === undefined) return [];
  return [Egress.host(new URL(oidc.issuer).hostname, { reason: 'people sign in there' })];
}

/** The one host that the dispatcher reaches: where people sign in. It asks there for the keys of their tokens, too. */
export function dispatcherIntents({ org }: Dispatcher): readonly Egress[] {
  const { oidc } = org.fleet.environment.cluster;
  return oidc === undefined ? [] : [Egress.host(new URL(oidc.issuer).hostname, { reason: 'people sign in there' })];
}

/** The hosts that a tool's own pods reach; none for a sidecar, which shares the agent's way out. */
export function toolIntents(tool: Tool): readonly Egress[] {
  const { origin } = tool.server;
  if (origin.kind === 'remote') return [Egress.host(origin.host, { reason: 'the tool is served there' })];
  return tool.placement.at.kind === 'service' ? tool.intents() : [];
}

/** The one host that a broker sends its secret to. */
export function brokerIntents({ host, secret }: BrokeredSecret): readonly Egress[] {
  return [Egress.host(host, { reason: `secret '${secret.name}' is for it` })];
}

/** The hosts that serve an org's models, each once. */
export function gatewayIntents(gateway: ModelGateway): readonly Egress[] {
  const hosts = gateway.models.flatMap((model) => model.deployments.map(({ host }) => host));
  return [...new Set(hosts)].sort().map((host) => Egress.host(host, { reason: 'it serves models' }));
}

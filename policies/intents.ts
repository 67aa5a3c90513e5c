import type { Construct } from 'constructs';
import {
  Agent,
  BrokeredSecret,
  Dispatcher,
  Egress,
  type EgressGrant,
  EgressPolicy,
  type Fleet,
  Memory,
  Model,
  Tool,
} from '../constructs/index.ts';

/** One host that a part wants to reach, where the part says so. */
export interface PlacedIntent {
  readonly construct: Construct;
  readonly prop: string;
  readonly intent: Pick<Egress, 'depth' | 'expires' | 'host' | 'methods'>;
}

/** All hosts that a fleet reaches: what people intend, and what models, brokers, remote tools and buckets need. */
export function placedIntents(fleet: Fleet): PlacedIntent[] {
  return fleet.orgs.flatMap((org) => org.children.flatMap(intentsOf));
}

/** Whether a part reaches any host. */
export function hasIntents(part: Construct): boolean {
  return intentsOf(part).length > 0;
}

function intentsOf(part: Construct): PlacedIntent[] {
  if (part instanceof EgressPolicy) return place(part, 'allow', part.allow);
  if (part instanceof Agent) return place(part, 'egress', part.egress);
  if (part instanceof Tool) return [...place(part, 'egress', part.egress), ...remoteHost(part)];
  if (part instanceof Model) return part.deployments.map(({ host }) => fixed(part, 'deployments', host));
  if (part instanceof Dispatcher) return signIn(part);
  if (part instanceof BrokeredSecret) return [fixed(part, 'host', part.host)];
  if (part instanceof Memory && part.store.location.kind === 's3') return [fixed(part, 'store.endpoint', part.store.location.endpoint)];
  return [];
}

/** Intents of shared policies are placed where the policy is. */
function place(construct: Construct, prop: string, grants: readonly EgressGrant[]): PlacedIntent[] {
  return grants.filter((grant) => grant instanceof Egress).map((intent) => ({ construct, intent, prop }));
}

function signIn(dispatcher: Dispatcher): PlacedIntent[] {
  const { oidc } = dispatcher.org.fleet.environment.cluster;
  return oidc === undefined ? [] : [fixed(dispatcher, 'cluster.oidc', new URL(oidc.issuer).hostname)];
}

function remoteHost(tool: Tool): PlacedIntent[] {
  const { origin } = tool.server;
  return origin.kind === 'remote' ? [fixed(tool, 'server', origin.host)] : [];
}

function fixed(construct: Construct, prop: string, host: string): PlacedIntent {
  return { construct, intent: { depth: 'exact', expires: undefined, host, methods: [] }, prop };
}

import {
  Agent,
  type ApiAccess,
  BrokeredSecret,
  type Egress,
  EgressPolicy,
  type Exposure,
  Memory,
  Model,
  type Org,
  type OrgPart,
  Persona,
  Secret,
  Tool,
  usd,
} from '../../constructs/index.ts';

/** What something is, in a few words for each aspect. */
export type Details = Readonly<Record<string, string>>;

/** What a part is, in a few words for each aspect. */
export function describeThing(part: OrgPart): Details {
  if (part instanceof Agent) return describeAgent(part);
  if (part instanceof Tool) return describeTool(part);
  if (part instanceof Model) return { served: part.deployments.map(({ provider, model }) => `${provider} ${model}`).join(', ') };
  if (part instanceof BrokeredSecret) return { secret: 'a secret that its users never see' };
  if (part instanceof EgressPolicy) return { hosts: `${part.allow.length} ${part.allow.length === 1 ? 'host' : 'hosts'}` };
  if (part instanceof Memory) return { store: part.store.location.kind };
  if (part instanceof Secret) return { from: part.from.kind };
  if (part instanceof Persona) {
    return { ...(part.tone !== undefined && { tone: part.tone }), ...(part.language !== undefined && { language: part.language }) };
  }
  return {};
}

function describeAgent({ run: { mode }, runtime, budget }: Agent): Details {
  return {
    mode: mode.kind,
    runtime: runtime.adapter,
    ...(runtime.isolation !== 'runc' && { isolation: runtime.isolation }),
    ...(budget !== undefined && { budget: `$${budget.amount.toNumber()}/${budget.period}` }),
    ...(mode.kind === 'service' && mode.expose !== undefined && { exposure: sayExposure(mode.expose) }),
  };
}

function sayExposure({ groups, publicReason }: Exposure): string {
  return publicReason === undefined ? `open to ${groups.join(', ') || 'all who sign in'}` : 'open to everyone';
}

function describeTool({ server: { origin }, placement, traits }: Tool): Details {
  const place = origin.kind === 'remote' ? 'remote' : placement.at.kind;
  return { place, ...(traits.length > 0 && { traits: traits.join(', ') }) };
}

/** A host as people write it: `*.github.com` for one label below, `**.` for any number, ports when they are not 443. */
export function sayHost({ host, depth, ports, methods }: Pick<Egress, 'depth' | 'host' | 'methods' | 'ports'>): string {
  const name = `${{ exact: '', one: '*.', any: '**.' }[depth]}${host}`;
  if (methods.length > 0) return `http://${name}`;
  return ports.length === 1 && ports[0] === 443 ? name : `${name}:${ports.join(',')}`;
}

/** Rights to the API as one reads them: `get, list apps/deployments`. */
export function sayAccess({ resources, verbs, group }: ApiAccess): string {
  return `${verbs.join(', ')} ${resources.map((resource) => (group === '' ? resource : `${group}/${resource}`)).join(', ')}`;
}

/** What an org may spend in its environment: what that says, else what the stack says. */
export function sayBudget(org: Org): string | undefined {
  const daily = org.fleet.environment.orgs[org.name]?.dailyBudgetUsd;
  if (daily !== undefined) return `${usd(daily)} per day`;
  return org.budget?.toString();
}

import { Agent, Dispatcher, isPipeline, type Org, type OrgPart, type Pipeline, Trigger } from '../../constructs/index.ts';

/** Who is reached, or reaches. */
type Row = Readonly<Record<'kind' | 'name' | 'why', string>>;

/** What a part is that stands in no picture of an org, in a word. */
export function undrawnKind(part: OrgPart): 'dispatcher' | 'pipeline' | 'trigger' | undefined {
  if (part instanceof Dispatcher) return 'dispatcher';
  if (part instanceof Trigger) return 'trigger';
  return isPipeline(part) ? 'pipeline' : undefined;
}

/** Whom such a part reaches. */
export function undrawnReaches(part: OrgPart): Row[] {
  if (part instanceof Dispatcher) return dispatcherReaches(part);
  if (part instanceof Trigger) return triggerReaches(part);
  return isPipeline(part) ? pipelineReaches(part) : [];
}

/** Who reaches such a part. */
export function undrawnReachedBy(part: OrgPart): Row[] {
  if (part instanceof Dispatcher) return dispatcherReachedBy(part);
  const triggers = part.org.children.filter((other) => other instanceof Trigger && other.start === part);
  return triggers.map((trigger) => ({ kind: 'trigger', name: (trigger as Trigger).name, why: 'starts it' }));
}

function dispatcherReaches({ database: { store }, hooks, org }: Dispatcher): Row[] {
  const { oidc } = org.fleet.environment.cluster;
  return [
    databaseRow(store),
    { kind: 'pods', name: 'Kubernetes API', why: 'makes Jobs, counts workers, asks whose a token is' },
    ...hooks.map((trigger) => ({
      kind: 'secret',
      name: `${trigger.org.name}/${trigger.secret.name}`,
      why: `proves who sends what starts ${trigger.org.name}/${trigger.name}`,
    })),
    ...(oidc === undefined ? [] : [{ kind: 'host', name: new URL(oidc.issuer).hostname, why: 'people sign in there' }]),
  ];
}

function databaseRow(store: Dispatcher['database']['store']): Row {
  switch (store.kind) {
    case 'embedded':
      return { kind: 'volume', name: 'dispatcher-database', why: 'holds its database, which runs in its own process' };
    case 'cloudNativePg':
      return { kind: 'pods', name: 'dispatcher-database', why: 'its database, which CloudNativePG runs' };
    case 'postgres':
      return { kind: 'pods', name: `${store.pods.namespace}:${store.port}`, why: 'its database' };
  }
}

function dispatcherReachedBy({ expose, hooks, org }: Dispatcher): Row[] {
  const { environment, orgs } = org.fleet;
  const agents = orgs.map((each) => ({ org: each.name, names: workersOf(each, 'job', 'pool') })).filter(({ names }) => names.length > 0);
  const scales = environment.cluster.operators.includes('keda') && orgs.some((each) => workersOf(each, 'pool').length > 0);
  const host = `https://dispatcher.${org.name}.${environment.domain}`;
  return [
    ...agents.map((each) => ({ kind: 'agents', name: each.org, why: `ask for tasks: ${each.names.join(', ')}` })),
    ...(scales ? [{ kind: 'pods', name: 'KEDA', why: 'asks how long queues are' }] : []),
    ...(expose === undefined
      ? []
      : [{ kind: 'people', name: expose.groups.join(', ') || 'all who can sign in', why: `at ${host}, signed in` }]),
    ...hooks.map(({ name, org: { name: of } }) => ({
      kind: 'webhook',
      name: `${of}/${name}`,
      why: `at ${host}/hooks/${of}/${name}, signed`,
    })),
  ];
}

function workersOf(org: Org, ...modes: readonly string[]): string[] {
  return org.children.flatMap((part) => (part instanceof Agent && modes.includes(part.run.mode.kind) ? [part.name] : []));
}

function triggerReaches({ start, secret }: Trigger): Row[] {
  return [
    { kind: start instanceof Agent ? 'agent' : 'pipeline', name: start.name, why: 'starts it' },
    ...(secret === undefined ? [] : [{ kind: 'secret', name: secret.name, why: 'proves who sends what starts it' }]),
  ];
}

/** Each agent once, with its steps; skills find theirs when the step begins. */
function pipelineReaches({ steps }: Pipeline): Row[] {
  const groups = Map.groupBy(steps, ({ by }) => (by instanceof Agent ? by.name : `whoever has ${by.join(', ')}`));
  return [...groups].map(([name, own]) => ({ kind: 'agent', name, why: `works on ${own.map(({ id }) => id).join(', ')}` }));
}

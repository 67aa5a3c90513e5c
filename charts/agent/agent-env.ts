import { hash } from 'node:crypto';
import { DISPATCHER, PATHS, RUN_ANNOTATIONS, TOKEN } from '../../controller/contract/index.ts';
import { type Agent, type ModelDialect, type Org, toEnvName } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { proxyEnv } from '../egress/egress-client.ts';
import { type EnvVar, secretEnv, sharedVar, toEnv } from '../pod.ts';

/** The variables of an agent's container: those of the contract, then the runtime's and the agent's own, which replace none of them. */
export function agentEnv(place: AgentPlace): EnvVar[] {
  const contract = contractEnv(place);
  const { runtime, env } = place.agent;
  const own = toEnv({ ...runtime.env, ...env });
  if (own.length === 0) return contract;
  const names = new Set(contract.map(({ name }) => name));
  return [...contract, ...own.filter(({ name }) => !names.has(name))];
}

/** Literal values here come from checked names and addresses, so they hold nothing that Kubernetes would replace. */
function contractEnv(place: AgentPlace): EnvVar[] {
  const { agent, namespace, proxied, credentials } = place;
  return [
    ...identityEnv(agent, namespace),
    ...taskEnv(place),
    sharedVar('HOME', PATHS.home),
    ...textEnv(agent),
    ...modelEnv(place),
    ...toolEnv(place),
    ...workEnv(place),
    ...(proxied ? proxyEnv(credentials) : []),
  ];
}

/** The UUID under which an agent is known. */
export function agentUuid({ name, org }: Agent): string {
  return toUuid(`${org.fleet.environment.name}/${org.name}/${name}`);
}

function identityEnv(agent: Agent, namespace: string): EnvVar[] {
  return [
    sharedVar('AGENT_CLUSTER_NAME', namespace),
    sharedVar('AGENT_CLUSTER_UUID', orgUuid(agent.org)),
    { name: 'AGENT_NAME', value: agent.name },
    sharedVar('AGENT_NAMESPACE', namespace),
    { name: 'AGENT_UUID', value: agentUuid(agent) },
  ];
}

/** What the contract calls a cluster is an org here. */
const orgUuids = new WeakMap<Org, string>();

function orgUuid(org: Org): string {
  const known = orgUuids.get(org);
  if (known !== undefined) return known;
  const uuid = toUuid(`${org.fleet.environment.name}/${org.name}`);
  orgUuids.set(org, uuid);
  return uuid;
}

/** The same for the same path, on every machine: laid out as a UUID of version 8, which leaves the bits to us. */
function toUuid(path: string): string {
  const hex = hash('sha256', `fleetwright.dev/${path}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function taskEnv({ agent, dispatched, mode }: AgentPlace): EnvVar[] {
  const served = mode.kind === 'service' || mode.kind === 'sandbox';
  const env: EnvVar[] = [sharedVar('AGENT_EXECUTION_MODE', served ? 'service' : 'task')];
  if (dispatched) {
    env.push(
      { name: 'AGENT_DISPATCHER_TOKEN_FILE', value: `${PATHS.dispatcherToken}/${TOKEN.file}` },
      { name: 'AGENT_DISPATCHER_URL', value: DISPATCHER.url },
    );
  }
  if (mode.kind === 'job')
    env.push(annotationEnv('AGENT_EVENT', RUN_ANNOTATIONS.event), annotationEnv('AGENT_TRIGGER', RUN_ANNOTATIONS.trigger));
  if (mode.kind === 'schedule') env.push({ name: 'AGENT_TRIGGER', value: 'schedule' });
  if (agent.budget?.period === 'task') env.push({ name: 'AGENT_TASK_BUDGET_USD', value: String(agent.budget.amount.toNumber()) });
  return env;
}

/** `metadata.annotations['<key>']` of the pod; empty where nobody set it. */
function annotationEnv(name: string, key: string): EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${key}']` } } };
}

/** Texts of people come from the ConfigMap: a variable's literal value would be searched for `$(…)`. */
function textEnv({ name, instructions, persona }: Agent): EnvVar[] {
  const env: EnvVar[] = [];
  if (instructions !== '') env.push({ name: 'AGENT_INSTRUCTIONS', valueFrom: { configMapKeyRef: { key: 'instructions', name } } });
  if (persona !== undefined) env.push({ name: 'AGENT_PERSONA', valueFrom: { configMapKeyRef: { key: 'persona', name } } });
  return env;
}

function modelEnv({ agent: { models, runtime }, credentials, gateway: endpoint }: AgentPlace): EnvVar[] {
  if (models === undefined) return [];
  const names = new Set(
    [models.primary, models.reasoning, models.toolCalling, models.summarization].flatMap((model) => (model ? [model.name] : [])),
  );
  return [
    sharedVar('LLM_MODEL', [...names].join(',')),
    secretEnv('MODEL_API_KEY', credentials, 'gateway-key'),
    sharedVar('MODEL_ENDPOINT', endpoint),
    ...(runtime.dialect === undefined ? [] : dialectEnv(runtime.dialect, endpoint, credentials)),
  ];
}

/** The variables under which programs of a dialect look for the endpoint and their key. Only clients of OpenAI's append no `/v1` themselves. */
function dialectEnv(dialect: ModelDialect, endpoint: string, credentials: string): EnvVar[] {
  const [key, url, value] = {
    anthropic: ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', endpoint] as const,
    gemini: ['GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL', endpoint] as const,
    openai: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', `${endpoint}/v1`] as const,
  }[dialect];
  return [secretEnv(key, credentials, 'gateway-key'), sharedVar(url, value)];
}

function toolEnv({ agent, namespace, tools }: AgentPlace): EnvVar[] {
  const env: EnvVar[] = tools.length === 0 ? [] : [sharedVar('MCP_SERVERS', tools.map(({ url }) => url).join(','))];
  for (const { name } of agent.brokered) env.push({ name: `${toEnvName(name)}_URL`, value: brokerUrl(name, namespace) });
  return env;
}

/** What the runtime `reference` works on, and with. */
function workEnv({ agent: { brokered, repository, runtime }, namespace }: AgentPlace): EnvVar[] {
  const env: EnvVar[] = runtime.commands.length === 0 ? [] : [sharedVar('AGENT_COMMANDS', runtime.commands.join(','))];
  if (repository === undefined) return env;
  const { hostname, pathname } = new URL(repository);
  const broker = brokered.find(({ host }) => host === hostname);
  return [...env, sharedVar('AGENT_REPO_URL', broker === undefined ? repository : `${brokerUrl(broker.name, namespace)}${pathname}`)];
}

function brokerUrl(name: string, namespace: string): string {
  return `http://${name}.${namespace}.svc.cluster.local:8080`;
}

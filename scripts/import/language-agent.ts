import { readApiAccess, cloneCommands, runtimeCode } from './agent-runtime.ts';
import { readModels } from './agent-models.ts';
import { isService, readRun } from './agent-run.ts';
import { readGuardrails, readLimits } from './agent-safety.ts';
import { readWorkspace } from './agent-workspace.ts';
import { call, type Code, list, object, text, texts } from './code.ts';
import { addHost, egressCode, type Intents, readEgress } from './egress.ts';
import { readVariables, renameNote, type Variables } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import type { Personas } from './language-persona.ts';
import { leavePodFields } from './pod-fields.ts';
import { describeResource, type Resource } from './resource.ts';
import { AGENT_DEFAULTS, readResources } from './resources.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';
import { remoteServer } from './tool-server.ts';

/** What the agents of an org have in common. */
export interface AgentSurroundings {
  readonly personas: Personas;
  /** What all of them may reach. */
  readonly intents: Intents;
  /** Names of agents that a client lets people reach. */
  readonly exposed: ReadonlySet<string>;
}

/** Makes one agent. */
export function makeAgent(plan: StackPlan, resource: Resource, surroundings: AgentSurroundings): void {
  const spec = resource.fields.get('spec');
  const runtime = findRuntime(plan, spec.get('runtime'));
  const sources = runtime === undefined ? [spec] : [runtime.fields.get('spec'), spec];
  const run = readRun(spec, readExposure(plan, resource, sources, surroundings.exposed));
  const models = readModels(plan, resource);
  const pod = readPod(plan, resource, sources, surroundings.intents);
  const limits = readLimits(spec, models !== undefined);
  const workspace = spec.get('workspace').exists
    ? spec.get('workspace')
    : (runtime?.fields.get('spec', 'workspace') ?? spec.get('workspace'));
  leaveOthers(spec);
  plan.make(resource, 'agent', 'new Agent', {
    runtime: readRuntime(plan, resource, { sources, hasModels: models !== undefined, setup: pod.setup }),
    run: run.code,
    models,
    tools: readTools(plan, resource),
    persona: readPersona(plan, resource, surroundings.personas),
    instructions: readInstructions(spec),
    workspace: readWorkspace(workspace, run.isMany),
    egress: egressCode(pod.intents),
    ...limits,
    guardrails: readGuardrails(spec.get('safetyConfig', 'contentFilters'), models !== undefined),
    secrets: listOf([...pod.secrets].map((secret) => plan.use(secret))),
    apiAccess: readApiAccess(spec.get('deployment', 'roleRules'), `needed by ${describeResource(resource)}`.slice(0, 200)),
    env: pod.env.size > 0 ? object(Object.fromEntries(pod.env)) : undefined,
  });
}

/** The preset of language-operator that an agent names. One that is not in the input may still be known by its name. */
function findRuntime(plan: StackPlan, field: Fields): Resource | undefined {
  const name = field.text();
  return plan.runtimes.find((runtime) => runtime.name === name);
}

interface PodParts extends Variables {
  readonly intents: Intents;
  readonly setup: readonly string[];
}

// oxlint-disable-next-line eslint/max-params -- what all of an agent's pod comes from
function readPod(plan: StackPlan, resource: Resource, sources: readonly Fields[], shared: Intents): PodParts {
  const spec = resource.fields.get('spec');
  const variables: Variables = { env: new Map(), secrets: new Set() };
  const intents: Intents = new Map(shared);
  for (const source of sources) {
    for (const place of [source, source.get('deployment')]) {
      readVariables(plan, place, variables, { isAgent: true });
      leavePodFields(place);
      for (const key of ['startupProbe', 'readinessProbe', 'livenessProbe'])
        place.get(key).leave('the worker beside the agent answers probes');
    }
    readCredentials(plan, source.get('credentials'), variables);
  }
  const reason = `needed by ${describeResource(resource)}`.slice(0, 200);
  readEgress(spec.get('egress'), reason, intents);
  readEgress(spec.get('networkPolicies', 'egress'), reason, intents);
  spec.get('networkPolicies', 'ingress').leave('nothing reaches an agent but what its stack says');
  const setup = spec.get('repository').exists ? cloneCommands(spec.get('repository'), { url: 'url', ref: 'ref', depth: 'depth' }) : [];
  if (setup.length > 0)
    addHost(new URL(spec.get('repository', 'url').text() ?? '').hostname, `the repository of ${resource.name}`, intents);
  return { ...variables, intents, setup };
}

/** Variables that the operator took from Secrets, or made up. */
function readCredentials(plan: StackPlan, credentials: Fields, into: Variables): void {
  for (const entry of credentials.items()) {
    const key = entry.get('name').text() ?? '';
    const name = entry.get('valueFrom', 'name').text();
    if (name === undefined || !/^[A-Za-z_]\w{0,127}$/.test(key)) {
      entry.leave(
        "a stack holds no credential, and nothing makes one up; put the value into a Secret and give the agent its handle by 'secrets'",
      );
      continue;
    }
    const secret = plan.secret(name, key);
    into.secrets.add(secret);
    entry.change(`it is the file /etc/secrets/${secret.id}/${key} and not a variable${renameNote(name)}`);
  }
}

interface RuntimeSurroundings {
  readonly sources: readonly Fields[];
  readonly hasModels: boolean;
  readonly setup: readonly string[];
}

function readRuntime(plan: StackPlan, resource: Resource, { sources, hasModels, setup }: RuntimeSurroundings): Code {
  const places = sources.flatMap((source) => [source, source.get('deployment')]);
  const words = places.flatMap((place) => [...place.get('command').texts(), ...place.get('args').texts()]);
  const code = runtimeCode(plan, {
    name: resource.fields.get('spec', 'runtime'),
    image: sources.map((source) => source.get('image')).findLast((image) => image.exists) ?? resource.fields.get('spec', 'image'),
    command: words,
    hasModels,
    options: { resources: readResources(places, AGENT_DEFAULTS), setup: setup.length > 0 ? texts(setup) : undefined },
  });
  const isOwn = code.kind === 'call' && code.callee === 'WorkerRuntime.shell';
  for (const place of isOwn ? [] : places) for (const key of ['command', 'args']) place.get(key).leave('the preset starts its own program');
  for (const source of sources.slice(0, -1))
    source.get('image').leave('the preset of Fleetwright has an image of its own in the image lock');
  return code;
}

/** Whether people reach the agent: because a client lets them, or one of its ports is exposed. */
// oxlint-disable-next-line eslint/max-params -- who is exposed is said in three places
function readExposure(plan: StackPlan, resource: Resource, sources: readonly Fields[], exposed: ReadonlySet<string>): Code | undefined {
  const isReached = isService(resource.fields.get('spec'));
  for (const source of sources) {
    source.get('port').change("the port is Fleetwright's to choose");
    source.get('auth', 'enabled').change('whoever reaches an agent from outside signs in, unless its stack says why not');
  }
  const ports = sources.map((source) => source.get('ports')).findLast((field) => field.exists);
  const isOpen = (ports?.items() ?? []).filter((port) => readPort(port, isReached)).length > 0;
  if (!isReached || !(isOpen || exposed.has(resource.name))) return undefined;
  plan.needs.set('cluster.ingress', 'an agent is exposed');
  plan.needs.set('cluster.oidc', 'an agent is exposed behind a sign-in');
  return call('Exposure.signedIn');
}

function readPort(port: Fields, isReached: boolean): boolean {
  const isOpen = port.get('expose').flag() === true;
  port.change("the port is Fleetwright's to choose");
  if (!isOpen) return false;
  port
    .get('expose')
    .change(
      isReached
        ? 'people reach it at https://<agent>.<org>.<domain> after they have signed in; Exposure.public lets them in without'
        : 'only a service can be reached, and what uses this runs and ends',
    );
  return true;
}

function readTools(plan: StackPlan, resource: Resource): Code | undefined {
  const found = new Set<PlannedPart>();
  for (const reference of resource.fields.get('spec').first('tools', 'toolRefs').items()) {
    reference.get('namespace').carry();
    reference.get('requireApproval').leave('language-operator ignored it, and no call waits for a person yet');
    if (reference.get('enabled').flag() === false) {
      reference.leave('it was switched off; an agent has the tools that its stack names');
      continue;
    }
    const part = reference.get('url').exists
      ? makeRemote(plan, resource, reference)
      : plan.find('LanguageTool', reference.get('name'), resource);
    if (part !== undefined) found.add(part);
  }
  return listOf([...found].map((part) => plan.use(part)));
}

/** A tool elsewhere that only this agent knows. */
function makeRemote(plan: StackPlan, resource: Resource, reference: Fields): PlannedPart | undefined {
  const server = remoteServer(plan, reference.get('url').text() ?? '', reference.get('headers'));
  if ('reason' in server) {
    reference.leave(server.reason);
    return undefined;
  }
  return plan.makeExtra(reference.get('name').text() ?? `${resource.name}-tool`, 'tool', 'new Tool', { server: server.code });
}

function readPersona(plan: StackPlan, resource: Resource, personas: Personas): Code | undefined {
  const spec = resource.fields.get('spec');
  const single = [spec.get('persona'), spec.get('personaRef', 'name')].filter((field) => field.exists);
  const many = spec
    .get('personaRefs')
    .items()
    .map((reference) => reference.get('name'));
  const parts = [...single, ...many].flatMap((field) => plan.find('LanguagePersona', field, resource) ?? []);
  const part = personas.combine(resource.name, [...new Set(parts)]);
  return part && plan.use(part);
}

function readInstructions(spec: Fields): Code | undefined {
  const lines = [spec.get('goal').text(), spec.get('instructions').text()].map((part) => part?.trimEnd() ?? '').filter(Boolean);
  return lines.length === 0 ? undefined : text(lines.join('\n\n'));
}

function leaveOthers(spec: Fields): void {
  spec.get('clusterRef').carry();
  spec.get('maxIterations').leave('language-operator ignored it; what an agent may spend is its budget');
  spec.get('memoryStore').leave('language-operator ignored it; to have one, name the pods of its server: new Memory(org, …)');
  spec.get('observability').leave('every agent reports metrics, and writes its log to standard output');
  spec.get('monitoring').leave('every agent reports metrics; what scrapes them belongs to the cluster');
  spec.get('selfConfigure').leave('an agent does not change itself; who wants it changed opens a pull request');
  for (const key of ['opencode', 'openclaw', 'claudeCode'])
    spec.get(key).leave('the sign-in before an agent takes the place of its own password');
}

function listOf(codes: readonly Code[]): Code | undefined {
  return codes.length > 0 ? list(codes) : undefined;
}

import { ModelDeployment, Secret } from '../../constructs/index.ts';
import { cloneCommands, runtimeCode } from './agent-runtime.ts';
import { refusalOf } from './attempt.ts';
import { shellWord } from '../shell-word.ts';
import { call, type Code, list, object, text, texts } from './code.ts';
import { addHost, egressCode, type Intents } from './egress.ts';
import { readVariables, renameNote, type Variables } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import type { AgentConfigs } from './kelos-agent-config.ts';
import { leavePodFields } from './pod-fields.ts';
import type { Resource } from './resource.ts';
import { AGENT_DEFAULTS, readResources } from './resources.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';

/** What each type of agent calls its key, and which model it thinks with where none is said. */
const TYPES: Readonly<Record<string, { factory: 'anthropic' | 'gemini' | 'openai'; key: string; model: string }>> = {
  'claude-code': { factory: 'anthropic', key: 'ANTHROPIC_API_KEY', model: 'claude-sonnet-4-5' },
  codex: { factory: 'openai', key: 'CODEX_API_KEY', model: 'gpt-5' },
  gemini: { factory: 'gemini', key: 'GEMINI_API_KEY', model: 'gemini-2.5-pro' },
};

const HANDLE = Object.create(Secret.prototype) as Secret;

/** What is common to all that runs agents in Kelos. */
export interface Worker {
  readonly props: Readonly<Record<string, Code | undefined>>;
  readonly hasModels: boolean;
  readonly hasRepository: boolean;
  /** What agents are told besides their task. */
  readonly guidance: readonly string[];
}

/** What all agents of an org in Kelos share. */
export interface KelosShared {
  readonly configs: AgentConfigs;
  readonly models: Map<string, PlannedPart>;
  /** The workspaces that agents name. */
  readonly workspaces: Set<Resource>;
}

/** Reads what runs a task: in `worker`, or in the first version beside the task. */
export function readWorker(plan: StackPlan, resource: Resource, place: Fields, shared: KelosShared): Worker {
  const worker = place.get('worker').exists ? place.get('worker') : place;
  const pod = worker.get('podOverrides');
  const variables: Variables = { env: new Map(), secrets: new Set() };
  const intents: Intents = new Map();
  readVariables(plan, pod, variables, { isAgent: true });
  leavePodFields(pod);
  const setup = readWorkspace(findWorkspace(plan, resource, worker.get('workspaceRef', 'name'), shared), intents);
  const models = readModels(plan, worker, shared.models);
  const configs = shared.configs.read(resource, worker);
  worker.get('effort').leave("how long a model thinks is the agent's matter");
  const runtime = runtimeCode(plan, {
    name: worker.get('type'),
    image: worker.get('image'),
    command: [],
    hasModels: models !== undefined,
    options: { resources: readResources([pod], AGENT_DEFAULTS), setup: setup.length > 0 ? texts(setup) : undefined },
  });
  return {
    hasModels: models !== undefined,
    hasRepository: worker.get('workspaceRef').exists,
    guidance: configs.guidance,
    props: {
      runtime,
      models,
      tools: configs.tools.length > 0 ? list(configs.tools.map((tool) => plan.use(tool))) : undefined,
      egress: egressCode(intents),
      secrets: variables.secrets.size > 0 ? list([...variables.secrets].map((secret) => plan.use(secret))) : undefined,
      env: variables.env.size > 0 ? object(Object.fromEntries(variables.env)) : undefined,
    },
  };
}

/** The model of an agent, by the key that its type is used with. */
function readModels(plan: StackPlan, worker: Fields, models: Map<string, PlannedPart>): Code | undefined {
  const type = worker.get('type').text() ?? '';
  const credentials = worker.get('credentials');
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  const kind = credentials.get('type').text();
  const secretName = credentials.get('secretRef', 'name').text();
  if (known === undefined || secretName === undefined || kind === 'none') {
    worker.get('model').leave('there is no key to reach it with');
    credentials.leave(
      kind === 'none'
        ? 'models are reached through the gateway, which needs a key'
        : `which model '${type}' calls is not known; give the agent one in its stack`,
    );
    return undefined;
  }
  const name = worker.get('model').text() ?? known.model;
  const refused = refusalOf(() => ModelDeployment[known.factory](name, { key: HANDLE }));
  if (refused !== undefined) {
    worker.get('model').leave(refused);
    return undefined;
  }
  noteCredentials(worker, { kind, secretName, key: known.key, chosen: worker.get('model').exists ? undefined : name });
  const identity = `${known.factory} ${name} ${secretName}`;
  const part =
    models.get(identity) ??
    makeModel(
      plan,
      name,
      call(`ModelDeployment.${known.factory}`, text(name), object({ key: plan.use(plan.secret(secretName, known.key)) })),
    );
  models.set(identity, part);
  return object({ primary: plan.use(part) });
}

function makeModel(plan: StackPlan, name: string, deployment: Code): PlannedPart {
  return plan.makeExtra(name, 'model', 'new Model', { deployments: list([deployment]) });
}

interface Credentials {
  readonly kind: string | undefined;
  readonly secretName: string;
  readonly key: string;
  readonly chosen: string | undefined;
}

function noteCredentials(worker: Fields, { kind, secretName, key, chosen }: Credentials): void {
  const renamed = renameNote(secretName);
  if (kind !== 'api-key' && kind !== 'oauth')
    worker.get('credentials', 'type').change('it is no known type, so it is taken for an API key');
  const field = worker.get('credentials', 'secretRef', 'name');
  if (kind === 'oauth') {
    worker
      .get('credentials', 'type')
      .change(`the sign-in of a subscription does not work through the gateway; put an API key into the Secret, as '${key}'`);
  }
  field.change(`the gateway has the key, and agents do not${renamed}`);
  if (chosen !== undefined) worker.get('type').change(`no model is named: ${chosen}`);
}

// oxlint-disable-next-line eslint/max-params -- who names what, and where that is kept
function findWorkspace(plan: StackPlan, resource: Resource, reference: Fields, { workspaces }: KelosShared): Resource | undefined {
  const name = reference.text();
  if (name === undefined) return undefined;
  const workspace = plan.findResource('Workspace', name, resource.namespace);
  if (workspace === undefined) reference.leave(`there is no Workspace '${name}' in the input for this org`);
  else workspaces.add(workspace);
  return workspace;
}

/** The commands that fill a workspace. */
function readWorkspace(workspace: Resource | undefined, intents: Intents): string[] {
  if (workspace === undefined) return [];
  const spec = workspace.fields.get('spec');
  spec.get('ghproxy').leave('broker the credential with a BrokeredSecret, which adds it to requests');
  spec.get('remotes').leave('add them in the setup of the runtime');
  spec.get('files').leave("a workspace begins empty; write them in the setup of the runtime, or into 'initialFiles' of a volume");
  const command = spec.get('setupCommand').texts();
  if (spec.get('secretRef').exists) {
    const reason = 'a private repository needs a credential: broker it with a BrokeredSecret, and clone in the setup of the runtime';
    for (const key of ['repo', 'ref', 'secretRef']) spec.get(key).leave(reason);
    spec.get('setupCommand').leave('it works in the clone; put it behind the clone in the setup of the runtime');
    return [];
  }
  const setup = cloneCommands(spec, { url: 'repo', ref: 'ref', depth: 'depth' });
  if (setup.length === 0) return [];
  addHost(new URL(spec.get('repo').text() ?? '').hostname, `the repository of ${workspace.name}`.slice(0, 200), intents);
  return command.length > 0 ? [...setup, command.map(shellWord).join(' ')] : setup;
}

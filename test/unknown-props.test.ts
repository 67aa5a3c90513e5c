import { describe, expect, it } from 'vitest';
import {
  Agent,
  ApiAccess,
  BrokeredSecret,
  Dispatcher,
  DispatcherDatabase,
  Editor,
  Egress,
  EgressPolicy,
  Exposure,
  InvalidPropsError,
  McpServer,
  Memory,
  MemoryStore,
  Model,
  ModelCache,
  ModelDeployment,
  Org,
  Persona,
  Pipeline,
  Probe,
  Replicas,
  Run,
  Tool,
  ToolPlacement,
  Trigger,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';
import { anAgent, anOrg, aTool, someResources } from './builders.ts';
import { writtenProps } from './props.ts';

/** Builds from what a stack may hold when it runs, as nothing looks at its types then. */
type Build = (props: never, org: Org) => unknown;

/** Every interface that stacks write, and all that takes it: the prefix of its props in messages → what is called with it. */
const TAKERS: Readonly<Record<string, readonly (readonly [prefix: string, build: Build])[]>> = {
  AgentModels: [['models.', (models, org) => new Agent(org, 'a', { ...RUNS, models })]],
  AgentProps: [['', (props, org) => new Agent(org, 'a', props)]],
  ApiAccessOptions: [['', (options) => ApiAccess.to(['pods'], options)]],
  AzureDeploymentOptions: [['', (options) => ModelDeployment.azure('gpt', options)]],
  BrokeredSecretProps: [['', (props, org) => new BrokeredSecret(org, 'b', props)]],
  CommonToolProps: [['', (props, org) => new Tool(org, 't', props)]],
  CompatibleDeploymentOptions: [['', (options) => ModelDeployment.compatible('gpt', options)]],
  CpuScalingOptions: [['', (options) => Replicas.onCpu(options)]],
  CloudNativePgOptions: [['', (options) => DispatcherDatabase.cloudNativePg(options)]],
  DispatcherProps: [['', (props, { fleet }) => new Dispatcher(anOrg({ fleet, id: 'fleetwright' }), props)]],
  PostgresServer: [['', (server) => DispatcherDatabase.postgres(server)]],
  EgressOptions: [
    ['', (options) => Egress.host('a.example.org', options)],
    ['', (options) => Egress.plainHttp('a.example.org', options)],
  ],
  CloudEventTriggerProps: [['', (props, org) => Trigger.event(org, 't', props)]],
  CronTriggerProps: [['', (props, org) => Trigger.cron(org, 't', '* * * * *', props)]],
  EgressPolicyProps: [['', (props, org) => new EgressPolicy(org, 'p', props)]],
  EventTriggerProps: [
    ['', (props, org) => Trigger.github(org, 't', props)],
    ['', (props, org) => Trigger.webhook(org, 't', props)],
    ['', (props, org) => Trigger.event(org, 't', props)],
  ],
  Escalation: [
    ['escalation.', (escalation, org) => anAgent(org, 'a', { escalation })],
    ['escalation.', (escalation, { fleet }) => new Org(fleet, 'o', { escalation })],
  ],
  GithubTriggerProps: [['', (props, org) => Trigger.github(org, 't', props)]],
  HostEgressOptions: [['', (options) => Egress.host('a.example.org', options)]],
  HostedToolProps: [['', (props, org) => new Tool(org, 't', props)]],
  JobOptions: [
    ['', (options) => Run.job(options)],
    ['', (options) => Run.schedule('* * * * *', options)],
  ],
  LifecycleHooks: [['hooks.', (hooks) => WorkerRuntime.codex({ hooks })]],
  McpHttpOptions: [['', (options) => McpServer.http('mcp-http', options)]],
  McpImageOptions: [
    ['', (options) => McpServer.http('mcp-http', options)],
    ['', (options) => McpServer.stdio('mcp-stdio', options)],
  ],
  McpNpmOptions: [['', (options) => McpServer.npm('mcp-server-time', '1.4.0', options)]],
  McpRemoteOptions: [['', (options) => McpServer.remote('https://a.example.org/mcp', options)]],
  MemoryBucket: [['', (bucket) => MemoryStore.s3(bucket)]],
  MemoryProps: [['', (props, org) => new Memory(org, 'm', props)]],
  MemoryServer: [
    ['', (server) => MemoryStore.redis(server)],
    ['', (server) => MemoryStore.postgres(server)],
  ],
  ModelCacheOptions: [['', (options) => ModelCache.redis(options)]],
  ModelDeploymentOptions: [
    ['', (options) => ModelDeployment.anthropic('claude', options)],
    ['', (options) => ModelDeployment.openai('gpt', options)],
    ['', (options) => ModelDeployment.gemini('gemini', options)],
    ['', (options) => ModelDeployment.azure('gpt', options)],
    ['', (options) => ModelDeployment.compatible('gpt', options)],
  ],
  ModelGatewayProps: [['gateway.', (gateway, { fleet }) => new Org(fleet, 'o', { gateway })]],
  ModelPrice: [['price.', (price) => ModelDeployment.openai('gpt', untyped({ price }))]],
  ModelProps: [['', (props, org) => new Model(org, 'm', props)]],
  OrgProps: [['', (props, { fleet }) => new Org(fleet, 'o', props)]],
  PersonaProps: [['', (props, org) => new Persona(org, 'p', props)]],
  PipelineProps: [['', (props, org) => new Pipeline(org, 'p', props)]],
  PipelineStep: [['steps[0].', (step, org) => new Pipeline(org, 'p', { steps: [step] })]],
  PlainHttpEgressOptions: [['', (options) => Egress.plainHttp('a.example.org', options)]],
  PodPeer: [['pods.', (pods) => MemoryStore.redis(untyped({ pods }))]],
  PoolOptions: [['', (options) => Run.pool(options)]],
  ProbeOptions: [
    ['', (options) => Probe.http('/', options)],
    ['', (options) => Probe.tcp(options)],
    ['', (options) => Probe.command(['true'], options)],
  ],
  Probes: [
    ['probes.', (probes, org) => aTool(org, 't', { probes })],
    ['probes.', (probes) => WorkerRuntime.codex({ probes })],
  ],
  Quota: [['quota.', (quota, { fleet }) => new Org(fleet, 'o', { quota })]],
  RateLimit: [['rateLimit.', (rateLimit, org) => anAgent(org, 'a', { rateLimit })]],
  ReferenceOptions: [['', (options) => WorkerRuntime.reference(options)]],
  RemoteToolProps: [['', (props, org) => new Tool(org, 't', props)]],
  Resources: [
    ['resources.', (resources, org) => aTool(org, 't', { resources })],
    ['resources.', (resources) => WorkerRuntime.codex({ resources })],
    ['gateway.resources.', (resources, { fleet }) => new Org(fleet, 'o', { gateway: { resources } })],
    ['', (resources) => Editor.codeServer(resources)],
  ],
  RuntimeOptions: [
    ...(['reference', 'claudeCode', 'codex', 'opencode', 'goose', 'geminiCli', 'droid'] as const).map(
      (preset) => ['', (options: never) => WorkerRuntime[preset](options)] as const,
    ),
    ['', (options) => WorkerRuntime.shell(options)],
  ],
  SandboxOptions: [['', (options) => Run.sandbox(options)]],
  ScheduleOptions: [['', (options) => Run.schedule('* * * * *', options)]],
  SecretHeader: [['headers[0].', (header) => McpServer.remote('https://a.example.org/mcp', { headers: [header] })]],
  ServiceOptions: [['', (options) => Run.service(options)]],
  ShellOptions: [['', (options) => WorkerRuntime.shell(options)]],
  SignedInOptions: [['', (options) => Exposure.signedIn(options)]],
  StepApproval: [['steps[0].approval.', (approval, org) => new Pipeline(org, 'p', untyped({ steps: [{ approval }] }))]],
  SubTaskLimits: [['steps[0].subTasks.', (subTasks, org) => new Pipeline(org, 'p', untyped({ steps: [{ subTasks }] }))]],
  ToolServiceOptions: [['', (options) => ToolPlacement.service(options)]],
  ToolSidecarOptions: [['', (options) => ToolPlacement.sidecar(options)]],
  TriggerProps: [
    ['', (props, org) => Trigger.cron(org, 't', '* * * * *', props)],
    ['', (props, org) => Trigger.event(org, 't', props)],
  ],
  WebhookTriggerProps: [['', (props, org) => Trigger.webhook(org, 't', props)]],
  WorkspaceVolumeOptions: [['', (options) => Workspace.volume(options)]],
};

/** What people write into environment files, which a schema looks at, and what is read out of them. */
const IN_FILES = new Set([
  'ApiServer',
  'ClusterProfile',
  'Delivery',
  'Environment',
  'HostSnapshot',
  'OidcProfile',
  'OrgValues',
  'QuotaValues',
  'RegisteredTool',
  'SecretsProfile',
  'StorageProfile',
]);

const RUNS = { run: Run.service(), runtime: WorkerRuntime.codex() };
const PROPS = writtenProps().filter((prop) => !IN_FILES.has(prop.split('.')[0] ?? ''));
const CASES = PROPS.flatMap((prop) => {
  const [taker = '', name = ''] = prop.split('.');
  return (TAKERS[taker] ?? []).map(([prefix, build], at) => ({ as: `${prop} (${at + 1})`, name, prefix, build }));
});

describe('A misspelt prop', () => {
  it('is looked for below in every interface that stacks write', () => {
    expect(Object.keys(TAKERS).sort()).toEqual([...new Set(PROPS.map((prop) => prop.split('.')[0] ?? ''))].sort());
  });

  it.each(CASES)('is refused with the right one: $as', ({ name, prefix, build }) => {
    const misspelt = `${name.slice(0, -1)}${name.at(-1)}q`;
    const problems = problemsOf(() => build(untyped({ [misspelt]: undefined }), anOrg()));
    const hint = expect.stringMatching(new RegExp(`^(did you mean '${name}'\\?|known are .*\\b${name}\\b)`));
    expect(problems).toContainEqual({ prop: `${prefix}${misspelt}`, must: 'be left out, as there is no such prop', hint });
  });

  it('is refused with all others of the construct, by their paths', () => {
    const props = { ...RUNS, modles: 1, rateLimit: { requestPerMinute: 1 }, zzzzzzzz: 1, models: { primry: 1 } };
    expect(() => new Agent(anOrg(), 'a', untyped(props))).toThrow(
      [
        'test/acme/a cannot be built:',
        "'modles' must be left out, as there is no such prop; did you mean 'models'?",
        "'rateLimit.requestPerMinute' must be left out, as there is no such prop; did you mean 'requestsPerMinute'?",
        "'zzzzzzzz' must be left out, as there is no such prop; known are runtime, run, skills, models, tools, persona, instructions, workspace, repository, memory, egress, budget, escalation, rateLimit, guardrails, secrets, brokered, apiAccess, env",
        "'models.primry' must be left out, as there is no such prop; did you mean 'primary'? [FW_INVALID_PROPS]",
      ].join('\n  - '),
    );
  });

  it('is refused in the options of a factory, with its name', () => {
    expect(() => Run.pool(untyped({ max: 2, mni: 1 }))).toThrow(
      "Run.pool cannot be built:\n  - 'mni' must be left out, as there is no such prop; did you mean 'min'? [FW_INVALID_PROPS]",
    );
  });

  it.each(['constructor', '__proto__', 'toString'])('is refused when it is what all objects have: %s', (name) => {
    const props = Object.defineProperty({ ...RUNS }, name, { enumerable: true, value: {} });
    expect(problemsOf(() => new Agent(anOrg(), 'a', props))).toMatchObject([{ prop: name }]);
  });

  it('is refused where props are inherited, as those are read too', () => {
    const props = Object.create({ ...RUNS, modles: 1 }) as object;
    expect(problemsOf(() => new Agent(anOrg(), 'a', untyped(props)))).toMatchObject([{ prop: 'modles' }]);
  });
});

describe('Props', () => {
  it.each([[undefined], [null], ['all'], [5]])('must be an object, not %s', (props) => {
    expect(problemsOf(() => new Model(anOrg(), 'm', untyped(props)))).toMatchObject([{ prop: 'props', must: 'be an object' }]);
  });

  it('within props must be objects too', () => {
    expect(problemsOf(() => anAgent(anOrg(), 'a', { rateLimit: untyped('fast') }))).toEqual([
      { prop: 'rateLimit', must: 'be an object', got: 'string' },
    ]);
  });

  it('may be left undefined, and their names may be any where users choose them', () => {
    const agent = anAgent(anOrg(), 'a', { models: untyped(undefined), env: { constructor: 'x', modles: 'y' } });
    expect(agent.env).toEqual({ constructor: 'x', modles: 'y' });
  });

  it('that only a hosted tool can have are refused for a remote one', () => {
    const props = { server: McpServer.remote('https://a.example.org/mcp'), allow: ['read'], resources: someResources(), env: {} };
    expect(problemsOf(() => new Tool(anOrg(), 't', untyped({ ...props, secrets: undefined })))).toEqual([
      { prop: 'resources', must: 'be left out, as the server runs elsewhere' },
      { prop: 'env', must: 'be left out, as the server runs elsewhere' },
    ]);
  });
});

function untyped(value: unknown): never {
  return value as never;
}

function problemsOf(build: () => unknown): unknown {
  try {
    build();
  } catch (error) {
    if (error instanceof InvalidPropsError) return error.problems;
    throw error;
  }
  return [];
}

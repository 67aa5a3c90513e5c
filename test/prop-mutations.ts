import {
  Agent,
  type AgentProps,
  ApiAccess,
  type ApiAccessOptions,
  BrokeredSecret,
  type BrokeredSecretProps,
  Budget,
  Cpu,
  Duration,
  Editor,
  Egress,
  EgressPolicy,
  Exposure,
  Guardrail,
  type HostEgressOptions,
  type HostedToolProps,
  type JobOptions,
  McpServer,
  Memory,
  MemoryStore,
  Model,
  ModelCache,
  ModelDeployment,
  type ModelDeploymentOptions,
  type ModelGatewayProps,
  type ModelProps,
  type Org,
  type OrgProps,
  Persona,
  type PersonaProps,
  Probe,
  type ProbeOptions,
  type Quota,
  Replicas,
  type Resources,
  Run,
  type RuntimeOptions,
  Secret,
  Size,
  Tool,
  ToolPlacement,
  usd,
  WorkerRuntime,
  Workspace,
  type WorkspaceVolumeOptions,
} from '../constructs/index.ts';
import { aModel, aPersona, aSecret, aTool } from './builders.ts';
import type { Variant } from './outcome.ts';

/** Two fleets that differ in one prop. */
export type Mutation = readonly [Variant, Variant];

/** Parts that mutations refer to. They are made in each fleet alike, so that only the prop under test differs. */
interface Parts {
  readonly org: Org;
  readonly a: Model;
  readonly b: Model;
  readonly secret: Secret;
  readonly other: Secret;
  readonly tool: Tool;
}

type Value<T> = (parts: Parts) => T;

function partsOf(org: Org): Parts {
  return { org, a: aModel(org, 'model-a'), b: aModel(org, 'model-b'), secret: aSecret(org, 'secret-a'), other: aSecret(org, 'secret-b'), tool: aTool(org, 'shared') };
}

/** Fleets whose one agent differs. */
function ofAgents(before: Value<Partial<AgentProps>>, after: Value<Partial<AgentProps>>): Mutation {
  const variant = (props: Value<Partial<AgentProps>>): Variant => ({
    build: (org) => {
      const parts = partsOf(org);
      new Agent(org, 'agent', { runtime: WorkerRuntime.reference(), run: Run.service(), models: { primary: parts.a }, ...props(parts) });
    },
  });
  return [variant(before), variant(after)];
}

const agent = (after: Value<Partial<AgentProps>>): Mutation => ofAgents(() => ({}), after);
const runs = (before: Run, after: Run): Mutation => ofAgents(() => ({ run: before }), () => ({ run: after }));
const jobs = (options: JobOptions): Mutation => runs(Run.job(), Run.job(options));
const runtimes = (before: RuntimeOptions, after: RuntimeOptions): Mutation => {
  const props = (options: RuntimeOptions): Value<Partial<AgentProps>> => () => ({
    runtime: WorkerRuntime.codex(options),
    workspace: Workspace.scratch(Size.gibibytes(1)),
  });
  return ofAgents(props(before), props(after));
};
const workspaces = (options: Partial<WorkspaceVolumeOptions>): Mutation => {
  const size = Size.gibibytes(1);
  return ofAgents(() => ({ workspace: Workspace.volume({ size }) }), () => ({ workspace: Workspace.volume({ size, ...options }) }));
};
const egress = (options: Partial<HostEgressOptions>): Mutation => {
  const intent = (more: Partial<HostEgressOptions>) => [Egress.host('api.example.org', { reason: 'one', ...more })];
  return ofAgents(() => ({ egress: intent({}) }), () => ({ egress: intent(options) }));
};
const access = (options: Partial<ApiAccessOptions>): Mutation => {
  const right = (more: Partial<ApiAccessOptions>) => [ApiAccess.to(['jobs'], { verbs: ['get'], reason: 'one', ...more })];
  return ofAgents(() => ({ apiAccess: right({}) }), () => ({ apiAccess: right(options) }));
};
const personas = (options: Value<PersonaProps>): Mutation => {
  const persona = (more: Value<PersonaProps>): Value<Partial<AgentProps>> => (parts) => ({ persona: new Persona(parts.org, 'persona', more(parts)) });
  return ofAgents(persona(() => ({})), persona(options));
};
const memories = (before: Value<[MemoryStore, Duration?]>, after: Value<[MemoryStore, Duration?]>): Mutation => {
  const memory = (value: Value<[MemoryStore, Duration?]>): Value<Partial<AgentProps>> => (parts) => {
    const [store, ttl] = value(parts);
    return { memory: new Memory(parts.org, 'memory', { store, ...(ttl && { ttl }) }) };
  };
  return ofAgents(memory(before), memory(after));
};
const models = (before: Value<Partial<ModelProps>>, after: Value<Partial<ModelProps>>): Mutation => {
  const model = (props: Value<Partial<ModelProps>>): Value<Partial<AgentProps>> => (parts) => {
    const deployments = [ModelDeployment.openai('gpt', { key: parts.secret, region: 'eu' }), ModelDeployment.anthropic('claude', { key: parts.other, region: 'us' })];
    return { models: { primary: new Model(parts.org, 'model', { deployments, ...props(parts) }) } };
  };
  return ofAgents(model(before), model(after));
};
const model = (after: Value<Partial<ModelProps>>): Mutation => models(() => ({}), after);
const deployments = (options: Partial<ModelDeploymentOptions>): Mutation =>
  models(
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret })] }),
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret, ...options })] }),
  );
const brokers = (options: Value<Partial<BrokeredSecretProps>>): Mutation => {
  const broker = (more: Value<Partial<BrokeredSecretProps>>): Value<Partial<AgentProps>> => (parts) => ({
    brokered: [new BrokeredSecret(parts.org, 'broker', { secret: parts.secret, host: 'api.example.org', ...more(parts) })],
  });
  return ofAgents(broker(() => ({})), broker(options));
};
const tools = (before: Value<Partial<HostedToolProps>>, after: Value<Partial<HostedToolProps>>): Mutation => {
  const tool = (props: Value<Partial<HostedToolProps>>): Value<Partial<AgentProps>> => (parts) => ({
    tools: [new Tool(parts.org, 'tool', { server: McpServer.http('mcp-http'), ...props(parts) })],
    workspace: Workspace.scratch(Size.gibibytes(1)),
  });
  return ofAgents(tool(before), tool(after));
};
const tool = (after: Value<Partial<HostedToolProps>>): Mutation => tools(() => ({}), after);
const remotes = (before: Value<ReturnType<typeof McpServer.remote>>, after: Value<ReturnType<typeof McpServer.remote>>): Mutation => {
  const remote = (server: Value<ReturnType<typeof McpServer.remote>>): Value<Partial<AgentProps>> => (parts) => ({
    tools: [new Tool(parts.org, 'tool', { server: server(parts) })],
  });
  return ofAgents(remote(before), remote(after));
};
const probes = (options: ProbeOptions): Mutation => tools(() => ({ probes: { readiness: Probe.tcp() } }), () => ({ probes: { readiness: Probe.tcp(options) } }));
const resources = (more: Partial<Resources>): Mutation => {
  const base: Resources = { cpu: Cpu.millis(100), memory: Size.mebibytes(100), ephemeralStorage: Size.mebibytes(100) };
  return tools(() => ({ resources: base }), () => ({ resources: { ...base, ...more } }));
};
const orgs = (before: OrgProps, after: OrgProps): Mutation => {
  const build = (org: Org): void => void partsOf(org);
  return [
    { org: before, build },
    { org: after, build },
  ];
};
const gateways = (gateway: ModelGatewayProps): Mutation => orgs({}, { gateway });
const quotas = (more: Partial<Quota>): Mutation => {
  const quota: Quota = { cpu: Cpu.cores(8), memory: Size.gibibytes(8), ephemeralStorage: Size.gibibytes(8), storage: Size.gibibytes(8), pods: 8 };
  return orgs({ quota }, { quota: { ...quota, ...more } });
};

const PODS = { namespace: 'data', labels: { app: 'redis' } };
const redis = (more: Partial<Parameters<typeof MemoryStore.redis>[0]> = {}): Value<[MemoryStore]> => ({ secret }) => [MemoryStore.redis({ pods: PODS, port: 6379, url: secret, ...more })];
const bucket = (more: Partial<Parameters<typeof MemoryStore.s3>[0]> = {}): Value<[MemoryStore]> => ({ secret }) => [
  MemoryStore.s3({ endpoint: 's3.example.org', bucket: 'notes', credentials: secret, ...more }),
];
const azure = (more: Partial<Parameters<typeof ModelDeployment.azure>[1]> = {}): Value<Partial<ModelProps>> => ({ secret }) => ({
  deployments: [ModelDeployment.azure('gpt', { key: secret, host: 'a.example.org', apiVersion: '1', ...more })],
});
const compatible = (host: string): Value<Partial<ModelProps>> => ({ secret }) => ({ deployments: [ModelDeployment.compatible('own', { key: secret, host })] });
const priced = (input: number, output: number): Mutation =>
  models(
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret, price: { inputPerMillion: usd(1), outputPerMillion: usd(1) } })] }),
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret, price: { inputPerMillion: usd(input), outputPerMillion: usd(output) } })] }),
  );
const cached = (ttl: number, shared?: boolean): Value<Partial<ModelProps>> => () => ({ cache: ModelCache.redis({ ttl: Duration.seconds(ttl), ...(shared !== undefined && { shared }) }) });
const scaled = (min: number, max: number, targetPercent?: number): Run =>
  Run.service({ replicas: Replicas.onCpu({ min, max, ...(targetPercent !== undefined && { targetPercent }) }) });

/** For each prop of `constructs/`, two fleets that differ in it alone. */
export const PROP_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'AgentModels.primary': agent(({ b }) => ({ models: { primary: b } })),
  'AgentModels.reasoning': agent(({ a, b }) => ({ models: { primary: a, reasoning: b } })),
  'AgentModels.summarization': agent(({ a, b }) => ({ models: { primary: a, summarization: b } })),
  'AgentModels.toolCalling': agent(({ a, b }) => ({ models: { primary: a, toolCalling: b } })),
  'AgentProps.apiAccess': agent(() => ({ apiAccess: [ApiAccess.to(['pods'], { verbs: ['get'], reason: 'x' })] })),
  'AgentProps.brokered': agent(({ org, secret }) => ({ brokered: [new BrokeredSecret(org, 'broker', { secret, host: 'api.example.org' })] })),
  'AgentProps.budget': agent(() => ({ budget: Budget.perDay(usd(1)) })),
  'AgentProps.egress': agent(() => ({ egress: [Egress.host('api.example.org', { reason: 'x' })] })),
  'AgentProps.env': agent(() => ({ env: { MOOD: 'good' } })),
  'AgentProps.guardrails': agent(() => ({ guardrails: [Guardrail.longestInput(10)] })),
  'AgentProps.instructions': agent(() => ({ instructions: 'Work.' })),
  'AgentProps.memory': agent(({ org, secret }) => ({ memory: new Memory(org, 'memory', { store: MemoryStore.redis({ pods: PODS, port: 6379, url: secret }) }) })),
  'AgentProps.models': agent(() => ({ models: undefined })),
  'AgentProps.persona': agent(({ org }) => ({ persona: aPersona(org) })),
  'AgentProps.rateLimit': agent(() => ({ rateLimit: { requestsPerMinute: 5 } })),
  'AgentProps.run': agent(() => ({ run: Run.job() })),
  'AgentProps.runtime': agent(() => ({ runtime: WorkerRuntime.codex() })),
  'AgentProps.secrets': agent(({ secret }) => ({ secrets: [secret] })),
  'AgentProps.tools': agent(({ tool: shared }) => ({ tools: [shared] })),
  'AgentProps.workspace': agent(() => ({ workspace: Workspace.scratch(Size.gibibytes(1)) })),
  'ApiAccessOptions.group': access({ group: 'batch' }),
  'ApiAccessOptions.reason': access({ reason: 'two' }),
  'ApiAccessOptions.verbs': access({ verbs: ['list'] }),
  'AzureDeploymentOptions.apiVersion': models(azure(), azure({ apiVersion: '2' })),
  'AzureDeploymentOptions.host': models(azure(), azure({ host: 'b.example.org' })),
  'BrokeredSecretProps.header': brokers(() => ({ header: 'X-Token' })),
  'BrokeredSecretProps.host': brokers(() => ({ host: 'other.example.org' })),
  'BrokeredSecretProps.prefix': brokers(() => ({ prefix: 'Token ' })),
  'BrokeredSecretProps.secret': brokers(({ other }) => ({ secret: other })),
  'CommonToolProps.allow': tool(() => ({ allow: ['read'] })),
  'CommonToolProps.traits': tool(() => ({ traits: ['private-data'] })),
  'CompatibleDeploymentOptions.host': models(compatible('a.example.org'), compatible('b.example.org')),
  'CpuScalingOptions.max': runs(scaled(1, 2), scaled(1, 3)),
  'CpuScalingOptions.min': runs(scaled(1, 3), scaled(2, 3)),
  'CpuScalingOptions.targetPercent': runs(scaled(1, 2), scaled(1, 2, 50)),
  'EgressOptions.depth': egress({ depth: 'any' }),
  'EgressOptions.expires': egress({ expires: '2030-01-01' }),
  'EgressOptions.owner': egress({ owner: 'research' }),
  'EgressOptions.reason': egress({ reason: 'two' }),
  'EgressPolicyProps.allow': ofAgents(
    ({ org }) => ({ egress: [new EgressPolicy(org, 'policy', { allow: [Egress.host('a.example.org', { reason: 'x' })] })] }),
    ({ org }) => ({ egress: [new EgressPolicy(org, 'policy', { allow: [Egress.host('b.example.org', { reason: 'x' })] })] }),
  ),
  'HostEgressOptions.ports': egress({ ports: [8443] }),
  'HostedToolProps.egress': tool(() => ({ egress: [Egress.host('api.example.org', { reason: 'x' })] })),
  'HostedToolProps.env': tool(() => ({ env: { MOOD: 'good' } })),
  'HostedToolProps.placement': tool(() => ({ placement: ToolPlacement.sidecar() })),
  'HostedToolProps.probes': tool(() => ({ probes: { readiness: Probe.http('/ready') } })),
  'HostedToolProps.resources': tool(() => ({ resources: { cpu: Cpu.cores(1), memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1) } })),
  'HostedToolProps.secrets': tool(({ secret }) => ({ secrets: [secret] })),
  'HostedToolProps.server': tool(() => ({ server: McpServer.stdio('mcp-stdio') })),
  'JobOptions.deadline': jobs({ deadline: Duration.minutes(1) }),
  'JobOptions.keepFinished': jobs({ keepFinished: Duration.minutes(1) }),
  'JobOptions.retries': jobs({ retries: 1 }),
  'LifecycleHooks.postStart': runtimes({}, { hooks: { postStart: ['a'] } }),
  'LifecycleHooks.preStop': runtimes({}, { hooks: { preStop: ['a'] } }),
  'McpHttpOptions.path': tool(() => ({ server: McpServer.http('mcp-http', { path: '/other' }) })),
  'McpHttpOptions.portVariable': tool(() => ({ server: McpServer.http('mcp-http', { portVariable: 'LISTEN' }) })),
  'McpImageOptions.command': tool(() => ({ server: McpServer.http('mcp-http', { command: ['serve'] }) })),
  'McpRemoteOptions.headers': remotes(
    () => McpServer.remote('https://mcp.example.org/mcp'),
    ({ secret }) => McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'Authorization', value: secret }] }),
  ),
  'MemoryBucket.bucket': memories(bucket(), bucket({ bucket: 'other' })),
  'MemoryBucket.credentials': memories(bucket(), ({ other }) => [MemoryStore.s3({ endpoint: 's3.example.org', bucket: 'notes', credentials: other })]),
  'MemoryBucket.endpoint': memories(bucket(), bucket({ endpoint: 's4.example.org' })),
  'MemoryProps.store': memories(redis(), ({ secret }) => [MemoryStore.postgres({ pods: PODS, port: 6379, url: secret })]),
  'MemoryProps.ttl': memories(redis(), (parts) => [redis()(parts)[0], Duration.days(1)]),
  'MemoryServer.pods': memories(redis(), redis({ pods: { namespace: 'other', labels: { app: 'redis' } } })),
  'MemoryServer.port': memories(redis(), redis({ port: 6380 })),
  'MemoryServer.url': memories(redis(), ({ other }) => [MemoryStore.redis({ pods: PODS, port: 6379, url: other })]),
  'ModelCacheOptions.shared': models(cached(60), cached(60, true)),
  'ModelCacheOptions.ttl': models(cached(60), cached(120)),
  'ModelDeploymentOptions.key': models(
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret })] }),
    ({ other }) => ({ deployments: [ModelDeployment.openai('gpt', { key: other })] }),
  ),
  'ModelDeploymentOptions.price': deployments({ price: { inputPerMillion: usd(1), outputPerMillion: usd(2) } }),
  'ModelDeploymentOptions.region': deployments({ region: 'eu' }),
  'ModelDeploymentOptions.rpm': deployments({ rpm: 10 }),
  'ModelDeploymentOptions.tpm': deployments({ tpm: 10 }),
  'ModelDeploymentOptions.weight': deployments({ weight: 2 }),
  'ModelGatewayProps.guardrails': gateways({ guardrails: [] }),
  'ModelGatewayProps.replicas': gateways({ replicas: 3 }),
  'ModelGatewayProps.resources': gateways({ resources: { cpu: Cpu.cores(2), memory: Size.gibibytes(2), ephemeralStorage: Size.gibibytes(2) } }),
  'ModelPrice.inputPerMillion': priced(2, 1),
  'ModelPrice.outputPerMillion': priced(1, 2),
  'ModelProps.cache': model(cached(60)),
  'ModelProps.deployments': model(({ secret }) => ({ deployments: [ModelDeployment.gemini('gemini', { key: secret })] })),
  'ModelProps.fallbacks': model(({ a }) => ({ fallbacks: [a] })),
  'ModelProps.regions': model(() => ({ regions: ['us', 'eu'] })),
  'ModelProps.retries': model(() => ({ retries: 5 })),
  'ModelProps.timeout': model(() => ({ timeout: Duration.seconds(7) })),
  'OrgProps.budget': orgs({}, { budget: Budget.perDay(usd(7)) }),
  'OrgProps.gateway': gateways({ replicas: 5 }),
  'OrgProps.owner': orgs({}, { owner: 'research' }),
  'OrgProps.quota': orgs({}, { quota: { cpu: Cpu.cores(1), memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1), storage: Size.gibibytes(1), pods: 1 } }),
  'PersonaProps.character': personas(() => ({ character: 'A clerk.' })),
  'PersonaProps.expertise': personas(() => ({ expertise: ['filing'] })),
  'PersonaProps.extends': personas(({ org }) => ({ extends: [new Persona(org, 'base', { tone: 'dry' })] })),
  'PersonaProps.language': personas(() => ({ language: 'de' })),
  'PersonaProps.never': personas(() => ({ never: ['Lie.'] })),
  'PersonaProps.rules': personas(() => ({ rules: ['Be kind.'] })),
  'PersonaProps.tone': personas(() => ({ tone: 'dry' })),
  'PlainHttpEgressOptions.methods': ofAgents(
    () => ({ egress: [Egress.plainHttp('api.example.org', { reason: 'x' })] }),
    () => ({ egress: [Egress.plainHttp('api.example.org', { reason: 'x', methods: ['POST'] })] }),
  ),
  'PoolOptions.max': runs(Run.pool({ max: 2 }), Run.pool({ max: 3 })),
  'PoolOptions.min': runs(Run.pool({ max: 2 }), Run.pool({ max: 2, min: 1 })),
  'PoolOptions.tasksPerWorker': runs(Run.pool({ max: 2 }), Run.pool({ max: 2, tasksPerWorker: 4 })),
  'ProbeOptions.failures': probes({ failures: 9 }),
  'ProbeOptions.period': probes({ period: Duration.seconds(9) }),
  'ProbeOptions.timeout': probes({ timeout: Duration.seconds(9) }),
  'Probes.liveness': tool(() => ({ probes: { liveness: Probe.http('/live') } })),
  'Probes.readiness': tool(() => ({ probes: { readiness: Probe.http('/ready') } })),
  'Probes.startup': tool(() => ({ probes: { startup: Probe.http('/started') } })),
  'Quota.cpu': quotas({ cpu: Cpu.cores(9) }),
  'Quota.ephemeralStorage': quotas({ ephemeralStorage: Size.gibibytes(9) }),
  'Quota.memory': quotas({ memory: Size.gibibytes(9) }),
  'Quota.pods': quotas({ pods: 9 }),
  'Quota.storage': quotas({ storage: Size.gibibytes(9) }),
  'RateLimit.requestsPerMinute': ofAgents(
    () => ({ rateLimit: { requestsPerMinute: 5 } }),
    () => ({ rateLimit: { requestsPerMinute: 6 } }),
  ),
  'RateLimit.tokensPerMinute': ofAgents(
    () => ({ rateLimit: { requestsPerMinute: 5 } }),
    () => ({ rateLimit: { requestsPerMinute: 5, tokensPerMinute: 6 } }),
  ),
  'RemoteToolProps.server': remotes(
    () => McpServer.remote('https://mcp.example.org/mcp'),
    () => McpServer.remote('https://mcp.example.org/other'),
  ),
  'Resources.cpu': resources({ cpu: Cpu.millis(200) }),
  'Resources.cpuLimit': resources({ cpuLimit: Cpu.millis(150) }),
  'Resources.ephemeralStorage': resources({ ephemeralStorage: Size.mebibytes(200) }),
  'Resources.memory': resources({ memory: Size.mebibytes(200) }),
  'RuntimeOptions.editor': runtimes({}, { editor: Editor.codeServer() }),
  'RuntimeOptions.env': runtimes({}, { env: { MOOD: 'good' } }),
  'RuntimeOptions.gracePeriod': runtimes({}, { gracePeriod: Duration.seconds(7) }),
  'RuntimeOptions.hooks': runtimes({}, { hooks: { preStop: ['b'] } }),
  'RuntimeOptions.isolation': runtimes({}, { isolation: 'kata' }),
  'RuntimeOptions.probes': runtimes({}, { probes: {} }),
  'RuntimeOptions.resources': runtimes({}, { resources: { cpu: Cpu.cores(1), memory: Size.gibibytes(2), ephemeralStorage: Size.gibibytes(2) } }),
  'RuntimeOptions.setup': runtimes({}, { setup: ['true'] }),
  'SandboxOptions.warm': runs(Run.sandbox(), Run.sandbox({ warm: 2 })),
  'ScheduleOptions.suspended': runs(Run.schedule('* * * * *'), Run.schedule('* * * * *', { suspended: true })),
  'ScheduleOptions.timeZone': runs(Run.schedule('* * * * *'), Run.schedule('* * * * *', { timeZone: 'Europe/Berlin' })),
  'ScheduleOptions.whileRunning': runs(Run.schedule('* * * * *'), Run.schedule('* * * * *', { whileRunning: 'Replace' })),
  'SecretHeader.name': remotes(
    ({ secret }) => McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'Authorization', value: secret }] }),
    ({ secret }) => McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'X-Token', value: secret }] }),
  ),
  'SecretHeader.value': remotes(
    ({ secret }) => McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'Authorization', value: secret }] }),
    ({ other }) => McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'Authorization', value: other }] }),
  ),
  'ServiceOptions.expose': runs(Run.service(), Run.service({ expose: Exposure.signedIn() })),
  'ServiceOptions.replicas': runs(Run.service(), Run.service({ replicas: Replicas.fixed(2) })),
  'ShellOptions.command': ofAgents(
    () => ({ models: undefined, runtime: WorkerRuntime.shell({ command: ['a'] }) }),
    () => ({ models: undefined, runtime: WorkerRuntime.shell({ command: ['b'] }) }),
  ),
  'ShellOptions.image': ofAgents(
    () => ({ models: undefined, runtime: WorkerRuntime.shell({ command: ['a'] }) }),
    () => ({ models: undefined, runtime: WorkerRuntime.shell({ command: ['a'], image: 'codex' }) }),
  ),
  'SignedInOptions.groups': runs(Run.service({ expose: Exposure.signedIn() }), Run.service({ expose: Exposure.signedIn({ groups: ['lab'] }) })),
  'ToolServiceOptions.replicas': tool(() => ({ placement: ToolPlacement.service({ replicas: Replicas.fixed(3) }) })),
  'ToolSidecarOptions.workspace': tools(
    () => ({ placement: ToolPlacement.sidecar() }),
    () => ({ placement: ToolPlacement.sidecar({ workspace: true }) }),
  ),
  'WorkspaceVolumeOptions.confirmDelete': workspaces({ confirmDelete: false }),
  'WorkspaceVolumeOptions.initialFiles': workspaces({ initialFiles: { 'a.txt': 'a' } }),
  'WorkspaceVolumeOptions.shared': workspaces({ shared: true }),
  'WorkspaceVolumeOptions.size': workspaces({ size: Size.gibibytes(2) }),
};

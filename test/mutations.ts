import {
  Agent,
  type AgentProps,
  ApiAccess,
  type ApiAccessOptions,
  BrokeredSecret,
  type BrokeredSecretProps,
  Cpu,
  Duration,
  Egress,
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
  type Secret,
  Size,
  Tool,
  usd,
  WorkerRuntime,
  Workspace,
  type WorkspaceVolumeOptions,
} from '../constructs/index.ts';
import { aModel, aSecret, aTool } from './builders.ts';
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
  return {
    org,
    a: aModel(org, 'model-a'),
    b: aModel(org, 'model-b'),
    secret: aSecret(org, 'secret-a'),
    other: aSecret(org, 'secret-b'),
    tool: aTool(org, 'shared'),
  };
}

/** Fleets whose one agent differs. */
export function ofAgents(before: Value<Partial<AgentProps>>, after: Value<Partial<AgentProps>>): Mutation {
  const variant = (props: Value<Partial<AgentProps>>): Variant => ({
    build: (org) => {
      const parts = partsOf(org);
      new Agent(org, 'agent', { runtime: WorkerRuntime.reference(), run: Run.service(), models: { primary: parts.a }, ...props(parts) });
    },
  });
  return [variant(before), variant(after)];
}

/** An agent with this, against one without. */
export const agent = (after: Value<Partial<AgentProps>>): Mutation => ofAgents(() => ({}), after);
/** Two ways to run. */
export const runs = (before: Run, after: Run): Mutation =>
  ofAgents(
    () => ({ run: before }),
    () => ({ run: after }),
  );
/** A job with these options, against one without. */
export const jobs = (options: JobOptions): Mutation => runs(Run.job(), Run.job(options));
/** Two sets of options of a runtime. */
export const runtimes = (before: RuntimeOptions, after: RuntimeOptions): Mutation => {
  const props =
    (options: RuntimeOptions): Value<Partial<AgentProps>> =>
    () => ({
      runtime: WorkerRuntime.codex(options),
      workspace: Workspace.scratch(Size.gibibytes(1)),
    });
  return ofAgents(props(before), props(after));
};
/** A volume with these options, against a plain one. */
export const workspaces = (options: Partial<WorkspaceVolumeOptions>): Mutation => {
  const size = Size.gibibytes(1);
  return ofAgents(
    () => ({ workspace: Workspace.volume({ size }) }),
    () => ({ workspace: Workspace.volume({ size, ...options }) }),
  );
};
/** An intent with these options, against a plain one. */
export const egress = (options: Partial<HostEgressOptions>): Mutation => {
  const intent = (more: Partial<HostEgressOptions>) => [Egress.host('api.example.org', { reason: 'one', ...more })];
  return ofAgents(
    () => ({ egress: intent({}) }),
    () => ({ egress: intent(options) }),
  );
};
/** A right with these options, against a plain one. */
export const access = (options: Partial<ApiAccessOptions>): Mutation => {
  const right = (more: Partial<ApiAccessOptions>) => [ApiAccess.to(['jobs'], { verbs: ['get'], reason: 'one', ...more })];
  return ofAgents(
    () => ({ apiAccess: right({}) }),
    () => ({ apiAccess: right(options) }),
  );
};
/** A persona that says this, against one that says nothing. */
export const personas = (options: Value<PersonaProps>): Mutation => {
  const persona =
    (more: Value<PersonaProps>): Value<Partial<AgentProps>> =>
    (parts) => ({ persona: new Persona(parts.org, 'persona', more(parts)) });
  return ofAgents(
    persona(() => ({})),
    persona(options),
  );
};
/** Two memories. */
export const memories = (before: Value<[MemoryStore, Duration?]>, after: Value<[MemoryStore, Duration?]>): Mutation => {
  const memory =
    (value: Value<[MemoryStore, Duration?]>): Value<Partial<AgentProps>> =>
    (parts) => {
      const [store, ttl] = value(parts);
      return { memory: new Memory(parts.org, 'memory', { store, ...(ttl && { ttl }) }) };
    };
  return ofAgents(memory(before), memory(after));
};
/** Two models. */
export const models = (before: Value<Partial<ModelProps>>, after: Value<Partial<ModelProps>>): Mutation => {
  const model =
    (props: Value<Partial<ModelProps>>): Value<Partial<AgentProps>> =>
    (parts) => {
      const deployments = [
        ModelDeployment.openai('gpt', { key: parts.secret, region: 'eu' }),
        ModelDeployment.anthropic('claude', { key: parts.other, region: 'us' }),
      ];
      return { models: { primary: new Model(parts.org, 'model', { deployments, ...props(parts) }) } };
    };
  return ofAgents(model(before), model(after));
};
/** A model with this, against a plain one. */
export const model = (after: Value<Partial<ModelProps>>): Mutation => models(() => ({}), after);
/** A deployment with these options, against a plain one. */
export const deployments = (options: Partial<ModelDeploymentOptions>): Mutation =>
  models(
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret })] }),
    ({ secret }) => ({ deployments: [ModelDeployment.openai('gpt', { key: secret, ...options })] }),
  );
/** A broker with this, against a plain one. */
export const brokers = (options: Value<Partial<BrokeredSecretProps>>): Mutation => {
  const broker =
    (more: Value<Partial<BrokeredSecretProps>>): Value<Partial<AgentProps>> =>
    (parts) => ({
      brokered: [new BrokeredSecret(parts.org, 'broker', { secret: parts.secret, host: 'api.example.org', ...more(parts) })],
    });
  return ofAgents(
    broker(() => ({})),
    broker(options),
  );
};
/** Two tools. */
export const tools = (before: Value<Partial<HostedToolProps>>, after: Value<Partial<HostedToolProps>>): Mutation => {
  const tool =
    (props: Value<Partial<HostedToolProps>>): Value<Partial<AgentProps>> =>
    (parts) => ({
      tools: [new Tool(parts.org, 'tool', { server: McpServer.http('mcp-http'), ...props(parts) })],
      workspace: Workspace.scratch(Size.gibibytes(1)),
    });
  return ofAgents(tool(before), tool(after));
};
/** A tool with this, against a plain one. */
export const tool = (after: Value<Partial<HostedToolProps>>): Mutation => tools(() => ({}), after);
/** Two remote servers. */
export const remotes = (
  before: Value<ReturnType<typeof McpServer.remote>>,
  after: Value<ReturnType<typeof McpServer.remote>>,
): Mutation => {
  const remote =
    (server: Value<ReturnType<typeof McpServer.remote>>): Value<Partial<AgentProps>> =>
    (parts) => ({
      tools: [new Tool(parts.org, 'tool', { server: server(parts) })],
    });
  return ofAgents(remote(before), remote(after));
};
/** A probe with these options, against a plain one. */
export const probes = (options: ProbeOptions): Mutation =>
  tools(
    () => ({ probes: { readiness: Probe.tcp() } }),
    () => ({ probes: { readiness: Probe.tcp(options) } }),
  );
/** Resources with this, against others. */
export const resources = (more: Partial<Resources>): Mutation => {
  const base: Resources = { cpu: Cpu.millis(100), memory: Size.mebibytes(100), ephemeralStorage: Size.mebibytes(100) };
  return tools(
    () => ({ resources: base }),
    () => ({ resources: { ...base, ...more } }),
  );
};
/** Two orgs. */
export const orgs = (before: OrgProps, after: OrgProps): Mutation => {
  const build = (org: Org): void => void partsOf(org);
  return [
    { org: before, build },
    { org: after, build },
  ];
};
/** A gateway with this, against a plain one. */
export const gateways = (gateway: ModelGatewayProps): Mutation => orgs({}, { gateway });
/** A quota with this, against another. */
export const quotas = (more: Partial<Quota>): Mutation => {
  const quota: Quota = {
    cpu: Cpu.cores(8),
    memory: Size.gibibytes(8),
    ephemeralStorage: Size.gibibytes(8),
    storage: Size.gibibytes(8),
    pods: 8,
  };
  return orgs({ quota }, { quota: { ...quota, ...more } });
};

/** Pods of a memory server. */
export const PODS = { namespace: 'data', labels: { app: 'redis' } };
/** A memory in Redis. */
export const redis =
  (more: Partial<Parameters<typeof MemoryStore.redis>[0]> = {}): Value<[MemoryStore]> =>
  ({ secret }) => [MemoryStore.redis({ pods: PODS, port: 6379, url: secret, ...more })];
/** A memory in a bucket. */
export const bucket =
  (more: Partial<Parameters<typeof MemoryStore.s3>[0]> = {}): Value<[MemoryStore]> =>
  ({ secret }) => [MemoryStore.s3({ endpoint: 's3.example.org', bucket: 'notes', credentials: secret, ...more })];
/** A model on Azure. */
export const azure =
  (more: Partial<Parameters<typeof ModelDeployment.azure>[1]> = {}): Value<Partial<ModelProps>> =>
  ({ secret }) => ({
    deployments: [ModelDeployment.azure('gpt', { key: secret, host: 'a.example.org', apiVersion: '2025-01-01', ...more })],
  });
/** A model on a host of your own. */
export const compatible =
  (host: string): Value<Partial<ModelProps>> =>
  ({ secret }) => ({ deployments: [ModelDeployment.compatible('own', { key: secret, host })] });
/** Models of different prices. */
export const priced = (input: number, output: number): Mutation =>
  models(
    ({ secret }) => ({
      deployments: [ModelDeployment.openai('gpt', { key: secret, price: { inputPerMillion: usd(1), outputPerMillion: usd(1) } })],
    }),
    ({ secret }) => ({
      deployments: [ModelDeployment.openai('gpt', { key: secret, price: { inputPerMillion: usd(input), outputPerMillion: usd(output) } })],
    }),
  );
/** A model with a cache. */
export const cached =
  (ttl: number, shared?: boolean): Value<Partial<ModelProps>> =>
  () => ({ cache: ModelCache.redis({ ttl: Duration.seconds(ttl), ...(shared !== undefined && { shared }) }) });
/** A service that is scaled by CPU. */
export const scaled = (min: number, max: number, targetPercent?: number): Run =>
  Run.service({ replicas: Replicas.onCpu({ min, max, ...(targetPercent !== undefined && { targetPercent }) }) });

import {
  Agent,
  type AgentProps,
  ApiAccess,
  BrokeredSecret,
  type BrokeredSecretProps,
  Cpu,
  Dispatcher,
  DispatcherDatabase,
  type DispatcherProps,
  Egress,
  EgressPolicy,
  type Environment,
  Fleet,
  Memory,
  MemoryStore,
  McpServer,
  Model,
  ModelDeployment,
  type ModelProps,
  Org,
  type OrgProps,
  Persona,
  type PersonaProps,
  type Resources,
  Run,
  Secret,
  Size,
  Tool,
  type ToolProps,
  WorkerRuntime,
} from '../constructs/index.ts';

/** Every image that presets and tests name, each with a digest of its own. */
const IMAGES: Readonly<Record<string, string>> = {
  greeter: `images.example/greeter@sha256:${digest(0)}`,
  ...lockAll([
    'claude-code',
    'code-server',
    'codex',
    'droid',
    'gemini-cli',
    'goose',
    'litellm',
    'mcp-files',
    'mcp-http',
    'mcp-stdio',
    'npm/@modelcontextprotocol/server-github@2.0.1',
    'npm/mcp-server-time@1.4.0',
    'oauth2-proxy',
    'opencode',
    'redis',
    'shell',
    'squid',
    'worker',
    'controller',
    'postgresql',
  ]),
};

function lockAll(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, `images.example/${toRepository(name)}@sha256:${digest(index + 1)}`]));
}

function toRepository(name: string): string {
  return name.replace(/@[^@/]*$/, '').replaceAll('@', '');
}

function digest(number: number): string {
  return number.toString(16).padStart(64, '0');
}

/** A cluster that has everything. */
const CLUSTER: Environment['cluster'] = {
  apiServer: { cidrs: ['10.0.0.10/32', '10.0.0.11/32'], port: 6443 },
  dns: { labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' },
  egress: { backend: 'proxy' },
  ingress: { gateway: 'ingress/public', kind: 'gateway', pods: { labels: { app: 'envoy' }, namespace: 'ingress' } },
  kubernetes: '1.36',
  networkPolicy: true,
  oidc: { clientId: 'fleetwright', issuer: 'https://id.example.org' },
  operators: ['agent-sandbox', 'cnpg', 'keda'],
  runtimeClasses: { gvisor: 'gvisor', kata: 'kata-qemu', sysbox: 'sysbox-runc' },
  secrets: { credentials: 'generated', external: { kind: 'ClusterSecretStore', name: 'vault' }, sops: true },
  storage: { readWriteMany: 'shared', readWriteOnce: 'fast' },
};

/** An environment of a cluster that has everything, but for what is given. */
export function anEnvironment({
  cluster,
  ...values
}: Partial<Omit<Environment, 'cluster'>> & { cluster?: Partial<Environment['cluster']> } = {}): Environment {
  return {
    delivery: { prune: 'confirm', repo: 'https://git.example.org/fleet.git', revision: 'main', server: 'https://kubernetes.default.svc' },
    domain: 'agents.example.org',
    images: IMAGES,
    name: 'test',
    orgs: {},
    sealed: {},
    ...values,
    cluster: { ...CLUSTER, ...cluster },
  };
}

/** A fleet without orgs. */
export function aFleet(environment: Environment = anEnvironment()): Fleet {
  return new Fleet(environment);
}

/** An org named `acme` in a fleet of its own. */
export function anOrg(props: OrgProps & { id?: string; environment?: Environment; fleet?: Fleet } = {}): Org {
  const { id = 'acme', environment, fleet = aFleet(environment), ...orgProps } = props;
  return new Org(fleet, id, orgProps);
}

/** A secret that exists already, with key `value`. */
export function aSecret(org: Org, id = 'token', key = 'value'): Secret {
  return Secret.reference(org, id, key);
}

/** A broker for `api.github.com`, with a secret of its own. */
export function aBroker(org: Org, id = 'github', props: Partial<BrokeredSecretProps> = {}): BrokeredSecret {
  return new BrokeredSecret(org, id, { host: 'api.github.com', secret: props.secret ?? aSecret(org, `${id}-token`), ...props });
}

/** A model that Anthropic serves, with a key of its own. */
export function aModel(org: Org, id = 'smart', props: Partial<ModelProps> = {}): Model {
  const deployments = props.deployments ?? [ModelDeployment.anthropic('claude-sonnet-4-5', { key: aSecret(org, `${id}-key`) })];
  return new Model(org, id, { ...props, deployments });
}

/** A service tool that speaks HTTP itself. */
export function aTool(org: Org, id = 'search', props: Partial<ToolProps> = {}): Tool {
  return new Tool(org, id, { server: McpServer.http('mcp-http'), ...props } as ToolProps);
}

/** A persona with all fields set. */
export function aPersona(org: Org, id = 'clerk', props: PersonaProps = {}): Persona {
  return new Persona(org, id, {
    character: 'A careful clerk.',
    expertise: ['filing'],
    language: 'en',
    never: ['Guess.'],
    rules: ['Cite sources.'],
    tone: 'dry',
    ...props,
  });
}

/** A memory in Redis, with a secret of its own. */
export function aMemory(org: Org, id = 'notes'): Memory {
  const pods = { labels: { app: 'redis' }, namespace: 'data' };
  return new Memory(org, id, { store: MemoryStore.redis({ pods, port: 6379, url: aSecret(org, `${id}-url`) }) });
}

/** A shared policy for one host. */
export function anEgressPolicy(org: Org, id = 'docs'): EgressPolicy {
  return new EgressPolicy(org, id, { allow: [anIntent('docs.example.org')] });
}

/** The intent to reach one host by TLS. */
export function anIntent(host = 'api.example.org'): Egress {
  return Egress.host(host, { reason: 'the task needs it' });
}

/** The right to read pods. */
export function anApiAccess(): ApiAccess {
  return ApiAccess.to(['pods'], { reason: 'it watches builds', verbs: ['get', 'list'] });
}

/** Resources that differ from every default. */
export function someResources(): Resources {
  return { cpu: Cpu.millis(111), ephemeralStorage: Size.mebibytes(333), memory: Size.mebibytes(222) };
}

/** A shell agent that runs as a service and uses nothing, but for what is given. */
export function anAgent(org: Org, id = 'greeter', props: Partial<AgentProps> = {}): Agent {
  return new Agent(org, id, { run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }), ...props });
}

/** The dispatcher of a fleet, in an org of its own, with a database that exists already, but for what is given. */
export function aDispatcher(fleet: Fleet = aFleet(), props: Partial<DispatcherProps> = {}): Dispatcher {
  const org = anOrg({ fleet, id: 'fleetwright' });
  const pods = { labels: { app: 'postgres' }, namespace: 'data' };
  const database = props.database ?? DispatcherDatabase.postgres({ pods, port: 5432, url: aSecret(org, 'tasks-url', 'url') });
  return new Dispatcher(org, { ...props, database });
}

import { ApiObject, Chart } from 'cdk8s';
import {
  Agent,
  ApiAccess,
  type ClusterProfile,
  type Delivery,
  Egress,
  type Environment,
  Exposure,
  type Manifest,
  Memory,
  MemoryStore,
  type Org,
  type OrgValues,
  type RegisteredTool,
  Run,
  Secret,
  Size,
  Tool,
  ToolRegistry,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';
import { aDispatcher, aModel, anEnvironment, aSecret } from './builders.ts';
import type { Mutation } from './mutations.ts';

type Change = Parameters<typeof anEnvironment>[0];

/** An org that needs everything that a cluster may have. */
function needAll(org: Org): void {
  const egress = [Egress.host('api.example.org', { reason: 'x' })];
  const run = Run.service({ expose: Exposure.signedIn() });
  const workspace = (shared: boolean) => Workspace.volume({ size: Size.gibibytes(1), shared });
  new Agent(org, 'one', {
    runtime: WorkerRuntime.reference({ isolation: 'gvisor' }),
    run,
    models: { primary: aModel(org) },
    egress,
    workspace: workspace(false),
    apiAccess: [ApiAccess.to(['pods'], { verbs: ['get'], reason: 'x' })],
    secrets: [Secret.external(org, 'outside', 'key')],
    memory: new Memory(org, 'memory', {
      store: MemoryStore.redis({ pods: { namespace: 'data', labels: { app: 'redis' } }, port: 6379, url: aSecret(org) }),
    }),
  });
  new Agent(org, 'two', { runtime: WorkerRuntime.shell({ command: ['true'] }), run: Run.pool({ max: 2 }), workspace: workspace(true) });
}

function environments(before: Change, after: Change, build = needAll): Mutation {
  return [
    { environment: anEnvironment(before), build },
    { environment: anEnvironment(after), build },
  ];
}

const base = anEnvironment();
const environment = (after: Partial<Environment>): Mutation => environments({}, after);
const cluster = (after: Partial<ClusterProfile>): Mutation => environments({}, { cluster: after });
const delivery = (after: Partial<Delivery>): Mutation => environment({ delivery: { ...base.delivery, ...after } });
const org = (values: OrgValues): Mutation => environment({ orgs: { acme: values } });
const api = (after: Partial<ClusterProfile['apiServer']>): Mutation => cluster({ apiServer: { ...base.cluster.apiServer, ...after } });
const secrets = (after: Partial<ClusterProfile['secrets']>): Mutation => cluster({ secrets: { ...base.cluster.secrets, ...after } });
const snapshot = (cidr: string, expires: string): Change => ({
  cluster: {
    egress: {
      backend: 'snapshot',
      hosts: Object.fromEntries(
        ['api.example.org', 'api.anthropic.com', 'id.example.org'].map((host) => [host, { cidrs: [cidr], expires }]),
      ),
    },
  },
});
const dns = (after: Partial<ClusterProfile['dns']>): Mutation => cluster({ dns: { ...base.cluster.dns, ...after } });

const sealed: Manifest = {
  apiVersion: 'isindir.github.com/v1alpha3',
  kind: 'SopsSecret',
  metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '-10' }, name: 'inside', namespace: 'acme' },
  sops: { lastmodified: '2026-01-01T00:00:00Z', mac: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]', version: '3.13.2' },
  spec: { secretTemplates: [{ name: 'inside', stringData: { key: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]' } }] },
};
const useSealed = (inOrg: Org): void =>
  void new Agent(inOrg, 'one', {
    runtime: WorkerRuntime.shell({ command: ['true'] }),
    run: Run.service(),
    secrets: [Secret.sops(inOrg, 'inside', 'key')],
  });

const useWidget = (inOrg: Org): void =>
  void new ApiObject(new Chart(inOrg, 'extras'), 'widget', { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'widget' } });

/** An agent with the tool `echo` of the registry, which the environment describes. */
const registered = (before: Partial<RegisteredTool>, after: Partial<RegisteredTool>): Mutation => {
  const tools = (more: Partial<RegisteredTool>): Change => ({
    tools: { echo: { dependencies: [], image: 'npm/mcp-server-time@1.4.0', kind: 'npm', traits: [], ...more } },
  });
  return environments(tools(before), tools(after), (inOrg) => {
    const registry = ToolRegistry.of(inOrg);
    const server = inOrg.fleet.environment.tools?.['echo']?.kind === 'npm' ? registry.npm('echo') : registry.http('echo');
    const echo = new Tool(inOrg, 'echo', { server });
    new Agent(inOrg, 'one', { runtime: WorkerRuntime.reference(), run: Run.service(), tools: [echo], instructions: 'Work.' });
  });
};
const other: Partial<RegisteredTool> = { image: 'npm/@modelcontextprotocol/server-github@2.0.1' };

/** For each prop of an environment, two that differ in it alone. Capabilities change whether the fleet is refused. */
export const ENVIRONMENT_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'ApiServer.cidrs': api({ cidrs: ['10.9.9.9/32'] }),
  'ApiServer.port': api({ port: 443 }),
  'ClusterProfile.apiServer': api({ port: 8443 }),
  'ClusterProfile.dns': dns({ namespace: 'dns' }),
  'ClusterProfile.egress': cluster({ egress: { backend: 'cilium' } }),
  'ClusterProfile.ingress': cluster({
    ingress: { kind: 'ingress', className: 'nginx', pods: { namespace: 'ingress', labels: { app: 'nginx' } } },
  }),
  'ClusterProfile.kinds': environments({}, { cluster: { kinds: ['example.org/Widget'] } }, useWidget),
  'ClusterProfile.kubernetes': cluster({ kubernetes: '1.35' }),
  'ClusterProfile.networkPolicy': cluster({ networkPolicy: false }),
  'ClusterProfile.oidc': cluster({ oidc: { clientId: 'other', issuer: 'https://other.example.org' } }),
  'ClusterProfile.operatorPods': environments(
    {},
    { cluster: { operatorPods: { keda: { labels: { app: 'keda' }, namespace: 'scaling' } } } },
    (inOrg) => {
      needAll(inOrg);
      aDispatcher(inOrg.fleet);
    },
  ),
  'ClusterProfile.operators': cluster({ operators: [] }),
  'ClusterProfile.runtimeClasses': cluster({ runtimeClasses: { gvisor: 'runsc' } }),
  'ClusterProfile.secrets': secrets({ credentials: 'existing' }),
  'ClusterProfile.storage': cluster({ storage: { readWriteOnce: 'slow', readWriteMany: 'shared' } }),
  'Delivery.prune': delivery({ prune: 'automatic' }),
  'Delivery.repo': delivery({ repo: 'https://git.example.org/other.git' }),
  'Delivery.revision': delivery({ revision: 'next' }),
  'Delivery.server': delivery({ server: 'https://other.example.org' }),
  'Environment.cluster': cluster({ kubernetes: '1.34' }),
  'Environment.delivery': delivery({ revision: 'v2' }),
  'Environment.domain': environment({ domain: 'other.example.org' }),
  'Environment.images': environment({ images: { ...base.images, worker: `images.example/worker@sha256:${'f'.repeat(64)}` } }),
  'Environment.name': environment({ name: 'other' }),
  'Environment.orgs': org({ gatewayReplicas: 4 }),
  'Environment.sealed': environments({}, { sealed: { 'acme.inside': sealed } }, useSealed),
  'Environment.tools': registered({}, other),
  'HostSnapshot.cidrs': environments(snapshot('203.0.113.1/32', '2030-01-01'), snapshot('203.0.113.2/32', '2030-01-01')),
  'HostSnapshot.expires': environments(snapshot('203.0.113.1/32', '2030-01-01'), snapshot('203.0.113.1/32', '2031-01-01')),
  'OidcProfile.clientId': cluster({ oidc: { clientId: 'other', issuer: 'https://id.example.org' } }),
  'OidcProfile.issuer': cluster({ oidc: { clientId: 'fleetwright', issuer: 'https://other.example.org' } }),
  'OrgValues.dailyBudgetUsd': org({ dailyBudgetUsd: 3 }),
  'OrgValues.engine': org({ engine: 'pulumi' }),
  'OrgValues.gatewayReplicas': org({ gatewayReplicas: 4 }),
  'OrgValues.quota': org({ quota: { pods: 7 } }),
  'PodPeer.labels': dns({ labels: { app: 'dns' } }),
  'PodPeer.namespace': dns({ namespace: 'dns' }),
  'QuotaValues.cpu': org({ quota: { cpu: '3' } }),
  'QuotaValues.ephemeralStorage': org({ quota: { ephemeralStorage: '3Gi' } }),
  'QuotaValues.memory': org({ quota: { memory: '3Gi' } }),
  'QuotaValues.pods': org({ quota: { pods: 3 } }),
  'QuotaValues.storage': org({ quota: { storage: '3Gi' } }),
  'RegisteredTool.allow': registered({}, { allow: ['say'] }),
  'RegisteredTool.dependencies': registered({}, { dependencies: ['fetch'] }),
  'RegisteredTool.image': registered({}, other),
  'RegisteredTool.kind': registered({}, { kind: 'image' }),
  'RegisteredTool.traits': registered({}, { traits: ['private-data'] }),
  'SecretsProfile.credentials': secrets({ credentials: 'existing' }),
  'SecretsProfile.external': secrets({ external: { kind: 'SecretStore', name: 'other' } }),
  'SecretsProfile.sops': [
    { environment: anEnvironment({ sealed: { 'acme.inside': sealed } }), build: useSealed },
    {
      environment: anEnvironment({ sealed: { 'acme.inside': sealed }, cluster: { secrets: { ...base.cluster.secrets, sops: false } } }),
      build: useSealed,
    },
  ],
  'StorageProfile.readWriteMany': cluster({ storage: { readWriteOnce: 'fast', readWriteMany: 'other' } }),
  'StorageProfile.readWriteOnce': cluster({ storage: { readWriteOnce: 'other', readWriteMany: 'shared' } }),
};

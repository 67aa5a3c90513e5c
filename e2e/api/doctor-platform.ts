import { type ApiClient, type ApiObject, describeAnswer, installCustomResources } from '../cluster/index.ts';

/** Kinds that platforms install and no stack writes; what is in them does not matter here. */
const DEFINITIONS = [
  definition('gateway.networking.k8s.io/v1', 'Gateway', 'Namespaced'),
  definition('gateway.networking.k8s.io/v1', 'GatewayClass', 'Cluster'),
  definition('external-secrets.io/v1', 'ClusterSecretStore', 'Cluster'),
];

const named = (apiVersion: string, kind: string, name: string, fields: Record<string, unknown> = {}): ApiObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});

/** What the clusters of `dev` and `prod` have, as their environment files say. */
const OBJECTS: readonly ApiObject[] = [
  ...['gvisor', 'kata-qemu'].map((name) => named('node.k8s.io/v1', 'RuntimeClass', name, { handler: name })),
  ...['standard', 'nfs', 'ssd-replicated', 'cephfs'].map((name) =>
    named('storage.k8s.io/v1', 'StorageClass', name, { provisioner: 'kubernetes.io/no-provisioner' }),
  ),
  named('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } }),
  ...['dev', 'vault'].map((name) => named('external-secrets.io/v1', 'ClusterSecretStore', name)),
  named('v1', 'Namespace', 'ingress'),
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'ingress' },
    spec: { gatewayClassName: 'envoy' },
  },
];

/** Installs a platform, but for its network plugin and the controller of its gateway. */
export async function installDoctorPlatform(client: ApiClient): Promise<void> {
  await installCustomResources(client, DEFINITIONS);
  for (const object of OBJECTS) await applyOrThrow(client, object);
}

/** The class of the gateway, with what its controller says of it. */
export async function addGatewayClass(client: ApiClient, accepted: 'True' | 'Unknown'): Promise<void> {
  const status = { conditions: [{ type: 'Accepted', status: accepted }] };
  await applyOrThrow(client, named('gateway.networking.k8s.io/v1', 'GatewayClass', 'envoy', { spec: {}, status }));
}

/** The DaemonSet of a network plugin, which runs nowhere. */
export async function addNetworkPlugin(client: ApiClient, name: string): Promise<void> {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name }] } };
  const spec = { selector: { matchLabels: { app: name } }, template };
  await applyOrThrow(client, { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name, namespace: 'kube-system' }, spec });
}

/** The Deployment of the dispatcher, with as many pods as the controllers of a real cluster would tell. */
export async function addDispatcher(client: ApiClient, { available, replicas }: { available: number; replicas: number }): Promise<void> {
  await applyOrThrow(client, named('v1', 'Namespace', 'fleetwright'));
  const labels = { app: 'dispatcher' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'dispatcher', image: 'controller' }] } };
  const deployment: ApiObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'dispatcher', namespace: 'fleetwright' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
  await applyOrThrow(client, deployment);
  await setStatus(client, deployment, { availableReplicas: available, readyReplicas: available, replicas });
}

/** The ScaledObject of a pool, with what KEDA says of it. */
export async function addQueue(client: ApiClient, ready: 'False' | 'True'): Promise<void> {
  await applyOrThrow(client, named('v1', 'Namespace', 'factory'));
  const queue: ApiObject = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'developer', namespace: 'factory' },
    spec: { scaleTargetRef: { name: 'developer' }, triggers: [{ metadata: {}, type: 'metrics-api' }] },
  };
  await applyOrThrow(client, queue);
  await setStatus(client, queue, { conditions: [{ status: ready, type: 'Ready' }] });
}

async function setStatus(client: ApiClient, object: ApiObject, status: Record<string, unknown>): Promise<void> {
  const answer = await client.mergeStatus(object, status);
  if (!answer.ok) throw new Error(`status of ${object.kind} ${object.metadata.name}: ${describeAnswer(answer)}`);
}

function definition(apiVersion: string, kind: string, scope: 'Cluster' | 'Namespaced'): ApiObject {
  const [group = '', version = ''] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('s') ? `${singular}es` : `${singular}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2466' },
    },
    spec: { group, names: { kind, plural, singular }, scope, versions: [{ name: version, served: true, storage: true, schema }] },
  };
}

async function applyOrThrow(client: ApiClient, object: ApiObject): Promise<void> {
  const answer = await client.apply(object);
  if (!answer.ok) throw new Error(`${object.kind} ${object.metadata.name} of the platform: ${describeAnswer(answer)}`);
}

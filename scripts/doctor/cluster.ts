import type { Environment, Fleet } from '../../constructs/index.ts';
import { ClusterReader, fieldOf, listAt } from './cluster-reader.ts';
import { checkNames, checkRouting, checkStore } from './cluster-objects.ts';
import { checkDispatcher } from './dispatcher.ts';
import { neededKinds } from './needed-kinds.ts';
import { checkNetworkPlugin } from './network-plugin.ts';
import { notChecked, ok, problem, type Result, warning } from './result.ts';

/** What is known before a cluster is asked. */
export interface ClusterQuestion {
  /** Whether it may be contacted. */
  readonly isAsked: boolean;
  /** kubectl's current context. */
  readonly context: string | undefined;
  /** kubectl's version. */
  readonly client: string | undefined;
  /** The environments that were named or found. */
  readonly environments: readonly Environment[];
  readonly fleets: readonly Fleet[];
}

/** Whether the cluster of kubectl's current context is what one environment says it is. */
export async function checkCluster(question: ClusterQuestion): Promise<Result[]> {
  const { isAsked, context, client, environments } = question;
  if (!isAsked) return [notChecked('cluster', 'not contacted', 'add --cluster to ask that of the current context')];
  if (client === undefined) return [problem('cluster', 'there is no kubectl that works to ask it with', 'see to kubectl first, as above')];
  if (context === undefined) return [problem('cluster', 'kubectl has no current context', "run 'kubectl config use-context <name>'")];
  const reader = new ClusterReader(context);
  const answer = await reader.getPath('/version');
  if (answer.kind !== 'found') {
    return [
      problem(
        'cluster',
        `${context} does not answer: ${answer.complaint}`,
        `see what 'kubectl --context ${context} get --raw /version' says`,
      ),
    ];
  }
  const version = String(fieldOf(answer.body, 'gitVersion')).replace(/^v/, '');
  const found = [ok('cluster', `${context} answers, Kubernetes ${version}`), ...checkSkew(client, version)];
  const [environment] = environments;
  if (environment === undefined || environments.length > 1) {
    return [
      ...found,
      notChecked('cluster capabilities', 'a cluster is compared with one environment', 'name it, as in --env prod --cluster'),
    ];
  }
  const fleet = question.fleets.find((candidate) => candidate.environment.name === environment.name);
  return [...found, checkVersion(environment, version), ...(await checkCapabilities(reader, environment, fleet))];
}

async function checkCapabilities(reader: ClusterReader, { name, cluster }: Environment, fleet: Fleet | undefined): Promise<Result[]> {
  const file = `environments/${name}.yaml`;
  const { runtimeClasses, storage } = cluster;
  const kinds = [...neededKinds(cluster, fleet)].sort(([a], [b]) => (a < b ? -1 : 1));
  const results = await Promise.all([
    ...kinds.map(async ([apiVersion, names]) => checkKinds(reader, apiVersion, [...names].sort())),
    checkNames(reader, {
      check: 'RuntimeClasses',
      resource: 'runtimeclasses.node.k8s.io',
      wanted: Object.values(runtimeClasses),
      where: `cluster.runtimeClasses in ${file}`,
    }),
    checkNames(reader, {
      check: 'StorageClasses',
      resource: 'storageclasses.storage.k8s.io',
      wanted: Object.values(storage),
      where: `cluster.storage in ${file}`,
    }),
    checkRouting(reader, cluster, file),
    checkStore(reader, cluster, file),
    checkDispatcher(reader, fleet),
    checkNetworkPlugin(reader, cluster),
  ]);
  return results.flat();
}

/** kubectl supports a server of one minor version more or less. @see https://kubernetes.io/releases/version-skew-policy/#kubectl */
function checkSkew(client: string, server: string): Result[] {
  if (Math.abs(minorOf(client) - minorOf(server)) <= 1) return [];
  const fix = `install kubectl 1.${minorOf(server)}`;
  return [warning('kubectl and cluster', `kubectl ${client} does not support a server of ${server}`, fix)];
}

function checkVersion({ name, cluster: { kubernetes } }: Environment, version: string): Result {
  const [check, minor] = ['cluster.kubernetes', `1.${minorOf(version)}`];
  if (minor === kubernetes) return ok(check, minor);
  const found = `the cluster runs ${version}, and environments/${name}.yaml says ${kubernetes}`;
  const fix = `set cluster.kubernetes: '${minor}' in environments/${name}.yaml, or see that this is the right cluster`;
  // A server knows the Pod Security standards of older versions, not those of newer ones.
  return minorOf(version) < minorOf(kubernetes) ? problem(check, found, fix) : warning(check, found, fix);
}

function minorOf(version: string): number {
  return Number(/^\d+\.(\d+)/.exec(version)?.[1]);
}

async function checkKinds(reader: ClusterReader, apiVersion: string, kinds: readonly string[]): Promise<Result> {
  const check = `kinds of ${apiVersion}`;
  const answer = await reader.getPath(apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
  if (answer.kind === 'refused') return notChecked(check, answer.complaint);
  const resources = answer.kind === 'found' ? listAt(answer.body, 'resources') : [];
  const served = new Set(resources.map((resource) => fieldOf(resource, 'kind')));
  const missing = kinds.filter((kind) => !served.has(kind));
  if (missing.length === 0) return ok(check, kinds.join(', '));
  const group = apiVersion.split('/')[0] ?? '';
  const others = await servedVersions(reader, group);
  const hint = others.length === 0 ? '' : `; of ${group} it has ${others.join(', ')}`;
  const fix = `install what defines ${missing.join(', ')} of ${apiVersion}, or take it out of the environment file`;
  return problem(check, `the cluster has no ${missing.join(', ')}${hint}`, fix);
}

async function servedVersions(reader: ClusterReader, group: string): Promise<string[]> {
  const answer = await reader.getPath(`/apis/${group}`);
  const versions = answer.kind === 'found' ? listAt(answer.body, 'versions') : [];
  return versions.map((version) => String(fieldOf(version, 'version')));
}

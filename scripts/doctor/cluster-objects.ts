import type { ClusterProfile } from '../../constructs/index.ts';
import { type ClusterAnswer, type ClusterReader, fieldOf, listAt } from './cluster-reader.ts';
import { notChecked, ok, problem, type Result, warning } from './result.ts';

/** Objects that an environment names. */
export interface NamedObjects {
  readonly check: string;
  /** As kubectl names it: `runtimeclasses.node.k8s.io`. */
  readonly resource: string;
  readonly wanted: readonly string[];
  /** Where the environment names them. */
  readonly where: string;
}

/** Whether the objects that an environment names are there. */
export async function checkNames(reader: ClusterReader, { check, resource, wanted, where }: NamedObjects): Promise<Result[]> {
  if (wanted.length === 0) return [];
  const answer = await reader.get(resource);
  if (answer.kind === 'refused') return [notChecked(check, answer.complaint)];
  const present =
    answer.kind === 'found'
      ? listAt(answer.body, 'items')
          .map((item) => String(fieldOf(item, 'metadata', 'name')))
          .sort()
      : [];
  const missing = [...new Set(wanted)].filter((name) => !present.includes(name)).sort();
  if (missing.length === 0) return [ok(check, [...new Set(wanted)].sort().join(', '))];
  const found = `the cluster has no ${missing.join(', ')}; it has ${present.join(', ') || 'none'}`;
  return [problem(check, found, `create what is missing, or correct ${where}`)];
}

/** Whether requests would come in as the environment says. */
export async function checkRouting(reader: ClusterReader, { ingress }: ClusterProfile, file: string): Promise<Result[]> {
  if (ingress === undefined) return [];
  if (ingress.kind === 'ingress') {
    const where = `cluster.ingress.className in ${file}`;
    return checkNames(reader, { check: 'IngressClass', resource: 'ingressclasses.networking.k8s.io', wanted: [ingress.className], where });
  }
  const [namespace = '', name = ''] = ingress.gateway.split('/');
  const answer = await reader.get('gateways.gateway.networking.k8s.io', name, `--namespace=${namespace}`);
  if (answer.kind !== 'found') return [lacking('Gateway', ingress.gateway, answer, `correct cluster.ingress.gateway in ${file}`)];
  return [ok('Gateway', ingress.gateway), await checkGatewayClass(reader, String(fieldOf(answer.body, 'spec', 'gatewayClassName')))];
}

async function checkGatewayClass(reader: ClusterReader, name: string): Promise<Result> {
  const answer = await reader.get('gatewayclasses.gateway.networking.k8s.io', name);
  if (answer.kind !== 'found') return lacking('GatewayClass', name, answer, 'install its controller');
  const accepted = listAt(answer.body, 'status', 'conditions').find((condition) => fieldOf(condition, 'type') === 'Accepted');
  if (fieldOf(accepted, 'status') === 'True') return ok('GatewayClass', `${name}, accepted by its controller`);
  return warning('GatewayClass', `${name}, which no controller has accepted`, `look at 'kubectl describe gatewayclass ${name}'`);
}

/** Whether the store is there that secrets are fetched from. A SecretStore is in each namespace, and is not looked for. */
export async function checkStore(reader: ClusterReader, { secrets: { external } }: ClusterProfile, file: string): Promise<Result[]> {
  if (external?.kind !== 'ClusterSecretStore') return [];
  const where = `cluster.secrets.external.name in ${file}`;
  return checkNames(reader, { check: external.kind, resource: 'clustersecretstores.external-secrets.io', wanted: [external.name], where });
}

function lacking(check: string, name: string, answer: Exclude<ClusterAnswer, { kind: 'found' }>, fix: string): Result {
  if (answer.kind === 'refused') return notChecked(check, answer.complaint);
  return problem(check, `the cluster has no ${check} ${name}`, `create it, or ${fix}`);
}

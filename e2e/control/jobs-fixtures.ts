import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DISPATCHER, JOB_RIGHTS, REVIEW_RIGHTS, type RightsRule } from '../../controller/contract/index.ts';
import type { Fleet } from '../../controller/contract/wire/index.ts';
import { type ApiClient, type ApiObject, type Cluster, describeAnswer, waitFor } from '../cluster/index.ts';

/** The namespace of the org, and its name. */
export const ORG = 'acme';

const HOME = 'fleetwright';
const RBAC = 'rbac.authorization.k8s.io';
const JOB = { mode: 'job', attempts: 1, leaseSeconds: 30 } as const;

/** Agents whose pods differ. */
const FLEET: Fleet = {
  contract: '1.0',
  orgs: {
    [ORG]: {
      namespace: ORG,
      agents: {
        coder: { ...JOB, attempts: 5, podTemplate: 'coder', deadlineSeconds: 900 },
        few: { ...JOB, podTemplate: 'coder', maxRunning: 2 },
        brief: { ...JOB, podTemplate: 'brief' },
        forbidden: { ...JOB, podTemplate: 'forbidden' },
        invalid: { ...JOB, podTemplate: 'invalid' },
        missing: { ...JOB, podTemplate: 'missing' },
        pool: { mode: 'pool', pool: { min: 1, max: 3, tasksPerWorker: 2 } },
      },
    },
    other: { namespace: 'other', agents: { coder: { ...JOB, podTemplate: 'coder' } } },
  },
};

/** No node has it: pods wait for ever, and tests play their part. */
const NOWHERE = { nodeSelector: { 'example.com/nowhere': 'true' } };

const CONTAINER = { name: 'agent', image: `example.com/agent@sha256:${'0'.repeat(64)}`, env: [{ name: 'AGENT_NAME', value: 'coder' }] };

function podTemplate(name: string, spec: object, annotations: object = {}): ApiObject {
  const template = {
    metadata: { labels: { 'app.kubernetes.io/name': name } },
    spec: { restartPolicy: 'Never', containers: [CONTAINER], ...spec },
  };
  return { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name, namespace: ORG, annotations }, template };
}

function account(name: string, namespace: string): ApiObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

/** A role with exactly these rights, bound to the dispatcher. */
function grant(kind: 'ClusterRole' | 'Role', namespace: string | undefined, rules: readonly RightsRule[]): ApiObject[] {
  const metadata = { name: 'dispatcher', ...(namespace === undefined ? {} : { namespace }) };
  const subjects = [{ kind: 'ServiceAccount', name: 'dispatcher', namespace: HOME }];
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: RBAC, kind, name: 'dispatcher' }, subjects },
  ];
}

const deployment: ApiObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'pool', namespace: ORG },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'pool' } },
    template: { metadata: { labels: { app: 'pool' } }, spec: { containers: [CONTAINER] } },
  },
};

/** Puts into the cluster what Argo CD would. */
export async function furnish(client: ApiClient): Promise<void> {
  const namespaces = [HOME, ORG, 'other'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await applyAll(client, [
    ...namespaces,
    account('dispatcher', HOME),
    account('coder', ORG),
    account('stranger', ORG),
    account('coder', HOME),
    ...grant('Role', ORG, JOB_RIGHTS),
    ...grant('Role', 'other', JOB_RIGHTS),
    ...grant('ClusterRole', undefined, REVIEW_RIGHTS),
    podTemplate('coder', { ...NOWHERE, serviceAccountName: 'coder' }, { 'fleetwright.dev/keep-finished-seconds': '3600' }),
    podTemplate('brief', {}),
    podTemplate('forbidden', { hostNetwork: true }),
    podTemplate('invalid', { restartPolicy: 'Always' }),
    deployment,
  ]);
}

async function applyAll(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  for (const object of objects) {
    const answer = await client.apply(object);
    if (!answer.ok) throw new Error(`${object.kind} ${object.metadata.name}: ${describeAnswer(answer)}`);
  }
}

/** A token of a service account, as the kubelet would put it into a pod. */
export async function tokenOf(client: ApiClient, place: string, audience: string | undefined, pod?: ApiObject): Promise<string> {
  const [namespace = '', name = ''] = place.split('/');
  const bound =
    pod === undefined ? {} : { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata['uid'] } };
  const spec = { ...(audience === undefined ? {} : { audiences: [audience] }), expirationSeconds: 3600, ...bound };
  const answer = await client.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
  });
  if (!answer.ok) throw new Error(`A token of ${place}: ${describeAnswer(answer)}`);
  return (answer.body['status'] as { token: string }).token;
}

/** The token of a worker of an agent. */
export async function workerToken(client: ApiClient, place = `${ORG}/coder`, pod?: ApiObject): Promise<string> {
  return tokenOf(client, place, DISPATCHER.audience, pod);
}

/** Writes the files that the controller is started with. @returns its options */
export async function writeOptions(cluster: Cluster, folder: string): Promise<string[]> {
  const { clusters } = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
    clusters: readonly { cluster: { server: string; 'certificate-authority-data': string } }[];
  };
  const [{ cluster: access } = { cluster: { server: '', 'certificate-authority-data': '' } }] = clusters;
  const [fleet, token, ca] = [join(folder, 'fleet.json'), join(folder, 'token'), join(folder, 'ca.crt')];
  writeFileSync(fleet, JSON.stringify(FLEET));
  writeFileSync(token, await tokenOf(cluster.client, `${HOME}/dispatcher`, undefined), { mode: 0o600 });
  writeFileSync(ca, Buffer.from(access['certificate-authority-data'], 'base64'));
  return ['--fleet', fleet, '--kubernetes', access.server, '--kubernetes-token', token, '--kubernetes-ca', ca];
}

/** The Jobs of the org that are about a task, or all that are about any. */
export async function jobsOf(client: ApiClient, task?: string): Promise<Job[]> {
  const jobs = (await client.list('batch/v1', 'Job', ORG)) as Job[];
  return jobs.filter(
    ({ metadata: { labels } }) =>
      labels?.['fleetwright.dev/task'] !== undefined && (task ?? labels['fleetwright.dev/task']) === labels['fleetwright.dev/task'],
  );
}

/** A Job, as far as the tests look. */
export interface Job extends ApiObject {
  readonly metadata: ApiObject['metadata'] & { readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly suspend?: boolean;
    readonly activeDeadlineSeconds?: number;
    readonly backoffLimit: number;
    readonly ttlSecondsAfterFinished: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly env: readonly { name: string; value: string }[] }[] } };
  };
}

/** Waits until there is something. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  let found: T | undefined;
  await waitFor({
    what,
    seconds,
    pending: async () => {
      found = await look();
      return found === undefined ? 'not yet' : undefined;
    },
  });
  if (found === undefined) throw new Error(`${what}: nothing was found`);
  return found;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiServer, SERVICE_RANGE } from './api-server.ts';
import { describeAnswer } from './answer.ts';
import { Component, waitFor } from './component.ts';
import type { RunFolder } from './run-folder.ts';
import { freePort } from '../../test/free-port.ts';
import type { ApiObject } from './resource-paths.ts';

/** How fake nodes and pods behave: nodes are healthy, pods become ready at once, pods of Jobs complete, deleted pods vanish. */
const STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

type ControlBinary = 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

/** What tier 2 adds to a running API server. */
export interface ControlPlaneOptions {
  readonly run: RunFolder;
  readonly folder: string;
  readonly binary: (name: ControlBinary) => string;
  /** Folder of the kwok module, which has the stages. */
  readonly kwokModule: string;
  /** How many fake nodes; each has 32 cores. */
  readonly nodes: number;
}

/** Starts the controller manager, the scheduler and kwok, and waits until fake nodes are ready and service accounts appear. */
export async function startControlPlane(
  server: ApiServer,
  options: ControlPlaneOptions,
  started: (component: Component) => void,
): Promise<readonly Component[]> {
  const { run, folder, binary } = options;
  const components: Component[] = [];
  const start = (name: ControlBinary, args: readonly string[]) => {
    const component = new Component({ run, folder, name, binary: binary(name), args });
    components.push(component);
    started(component);
  };
  start('kube-controller-manager', controllerManagerArguments(server, await freePort()));
  start('kube-scheduler', [
    ...clientArguments(server.pki.kubeconfig('kube-scheduler')),
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${await freePort()}`,
  ]);
  start('kwok', kwokArguments(server, writeStages(options), await freePort()));

  for (let index = 1; index <= options.nodes; index++) await createNode(server, `fake-${index}`);
  const pending = () => whyNotReady(server);
  await waitFor({ what: 'the control plane to be ready', seconds: 120, components: [...server.components, ...components], pending });
  return components;
}

async function whyNotReady({ client }: ApiServer): Promise<string | undefined> {
  const accounts = await client.list('v1', 'ServiceAccount', 'default');
  if (!accounts.some(({ metadata }) => metadata.name === 'default')) return 'there is no default service account yet';
  const unready = (await client.list('v1', 'Node')).filter((node) => !isNodeReady(node));
  return unready.length === 0 ? undefined : `${unready.map(({ metadata }) => metadata.name).join(', ')} not ready`;
}

function isNodeReady({ status }: ApiObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

function clientArguments(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`];
}

function controllerManagerArguments({ pki }: ApiServer, port: number): string[] {
  return [
    ...clientArguments(pki.kubeconfig('kube-controller-manager')),
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${pki.file('sa.key')}`,
    `--root-ca-file=${pki.file('ca.crt')}`,
    `--cluster-signing-cert-file=${pki.file('ca.crt')}`,
    `--cluster-signing-key-file=${pki.file('ca.key')}`,
    '--allocate-node-cidrs=true',
    '--cluster-cidr=10.244.0.0/16',
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
  ];
}

function kwokArguments({ pki }: ApiServer, stages: string, port: number): string[] {
  return [
    `--config=${stages}`,
    `--kubeconfig=${pki.kubeconfig('admin')}`,
    '--manage-all-nodes=false',
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--node-lease-duration-seconds=40',
    `--server-address=127.0.0.1:${port}`,
  ];
}

function writeStages({ folder, kwokModule }: ControlPlaneOptions): string {
  const path = join(folder, 'kwok-stages.yaml');
  const stages = STAGES.map((stage) => readFileSync(join(kwokModule, 'kustomize', 'stage', stage), 'utf8'));
  writeFileSync(path, stages.join('\n---\n'));
  return path;
}

async function createNode({ client }: ApiServer, name: string): Promise<void> {
  const node: ApiObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    },
  };
  const capacity = { cpu: '32', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '110' };
  for (const answer of [await client.create(node), await client.mergeStatus(node, { capacity, allocatable: capacity })]) {
    if (!answer.ok) throw new Error(`fake node ${name}: ${describeAnswer(answer)}`);
  }
}

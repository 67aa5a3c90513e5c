import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../binaries/index.ts';
import type { Cluster } from '../cluster/index.ts';
import { currentSession } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import { addDispatcher, addGatewayClass, addQueue, addNetworkPlugin, installDoctorPlatform } from './doctor-platform.ts';

const session = currentSession();
const ROOT = join(import.meta.dirname, '..', '..');
const CALLS = join(session.run.path, 'kubectl-calls');

interface Result {
  readonly check: string;
  readonly status: string;
  readonly found: string;
}

/** Asks the doctor about the cluster; answers with what is not as it should be there. */
async function examine(args: string, kubeconfig: string, cwd = ROOT): Promise<Result[]> {
  const bin = join(session.run.path, 'doctor-bin');
  const env = { KUBECONFIG: kubeconfig, PATH: `${bin}:${process.env['PATH']}` };
  const cli = join(ROOT, 'scripts', 'fleetwright.js');
  const { code, stdout, stderr } = await runCommand(process.execPath, [cli, 'doctor', '--output', 'json', ...args.split(' ')], {
    cwd,
    env,
  });
  expect({ stderr, isAnswer: code === 0 || code === 1 }).toEqual({ stderr: '', isAnswer: true });
  return JSON.parse(stdout) as Result[];
}

/** Those about the cluster, which come last. */
function ofCluster(results: readonly Result[]): Result[] {
  return results.slice(results.findIndex(({ check }) => check === 'kubectl context'));
}

function without(status: string, results: readonly Result[]): string[] {
  return ofCluster(results)
    .filter((result) => result.status !== status)
    .map(({ check, found }) => `${check}: ${found}`);
}

describe('fleetwright doctor --cluster', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    const bin = join(session.run.path, 'doctor-bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\necho "$*" >> '${CALLS}'\nexec '${session.binaries.kubectl ?? ''}' "$@"\n`);
    chmodSync(join(bin, 'kubectl'), 0o755);
    cluster = await startTestCluster({ session, subject: 'doctor' });
  });
  afterAll(async () => cluster?.stop());

  it('finds all that the environment says and the cluster has not', async () => {
    expect(without('ok', await examine('--env dev --cluster', cluster.kubeconfig))).toEqual([
      'RuntimeClasses: the cluster has no gvisor; it has none',
      'StorageClasses: the cluster has no nfs, standard; it has none',
      'IngressClass: the cluster has no nginx; it has none',
      'ClusterSecretStore: the cluster has no dev; it has none',
      'dispatcher: the cluster has no Deployment fleetwright/dispatcher; nobody hands out the tasks of factory',
      'network plugin: no DaemonSet of a network plugin that is known',
    ]);
    expect(without('ok', await examine('--env prod --cluster', cluster.kubeconfig))).toEqual([
      'RuntimeClasses: the cluster has no gvisor, kata-qemu; it has none',
      'StorageClasses: the cluster has no cephfs, ssd-replicated; it has none',
      'Gateway: the cluster has no Gateway ingress/public',
      'ClusterSecretStore: the cluster has no vault; it has none',
      'dispatcher: the cluster has no Deployment fleetwright/dispatcher; nobody hands out the tasks of factory',
      'network plugin: no DaemonSet of a network plugin that is known',
    ]);
  });

  it('says what a plugin does not do', async () => {
    await addNetworkPlugin(cluster.client, 'kube-flannel-ds');
    const results = await examine('--env dev --cluster', cluster.kubeconfig);
    expect(results.at(-1)).toMatchObject({ status: 'problem', found: 'Flannel does not enforce NetworkPolicy' });
    await addNetworkPlugin(cluster.client, 'calico-node');
    const cilium = await examine('--env prod --cluster', cluster.kubeconfig);
    expect(cilium.at(-1)).toMatchObject({ status: 'problem', found: "Calico, which does not know Cilium's policies" });
  });

  it('finds nothing wrong with a cluster that has everything', async () => {
    await installDoctorPlatform(cluster.client);
    await addGatewayClass(cluster.client, 'Unknown');
    await addNetworkPlugin(cluster.client, 'cilium');
    await addDispatcher(cluster.client, { available: 1, replicas: 2 });
    const prod = await examine('--env prod --cluster', cluster.kubeconfig);
    expect(without('ok', prod)).toEqual([
      'GatewayClass: envoy, which no controller has accepted',
      'dispatcher: fleetwright/dispatcher has 1 of 2 pods',
    ]);
    await addGatewayClass(cluster.client, 'True');
    await addDispatcher(cluster.client, { available: 2, replicas: 2 });
    expect(without('ok', await examine('--env prod --cluster', cluster.kubeconfig))).toEqual([]);
    const dev = await examine('--env dev --cluster', cluster.kubeconfig);
    expect(without('ok', dev)).toEqual([]);
    expect(ofCluster(dev).slice(0, 3)).toEqual([
      { check: 'kubectl context', status: 'ok', found: 'e2e' },
      { check: 'cluster', status: 'ok', found: 'e2e answers, Kubernetes 1.36.1' },
      { check: 'cluster.kubernetes', status: 'ok', found: '1.36' },
    ]);
    expect(ofCluster(dev)).toContainEqual({
      check: 'kinds of keda.sh/v1alpha1',
      status: 'ok',
      found: 'ScaledObject, TriggerAuthentication',
    });
  });

  it('says that KEDA may not ask how long a queue is', async () => {
    await addQueue(cluster.client, 'False');
    const dev = await examine('--env dev --cluster', cluster.kubeconfig);
    expect(without('ok', dev)).toEqual(['queues of factory: KEDA cannot ask how long the queue of developer is']);
    await addQueue(cluster.client, 'True');
    expect(without('ok', await examine('--env dev --cluster', cluster.kubeconfig))).toEqual([]);
  });

  it('compares versions', async () => {
    const project = join(session.run.path, 'other-version');
    mkdirSync(project);
    cpSync(join(ROOT, 'environments'), join(project, 'environments'), { recursive: true });
    for (const name of ['stacks', 'rendered']) symlinkSync(join(ROOT, name), join(project, name));
    const file = join(project, 'environments', 'dev.yaml');
    const text = readFileSync(file, 'utf8');
    const found = 'the cluster runs 1.36.1, and environments/dev.yaml says';
    writeFileSync(file, text.replace("kubernetes: '1.36'", "kubernetes: '1.37'"));
    expect(ofCluster(await examine('--env dev --cluster', cluster.kubeconfig, project))).toContainEqual(
      expect.objectContaining({ check: 'cluster.kubernetes', status: 'problem', found: `${found} 1.37` }),
    );
    writeFileSync(file, text.replace("kubernetes: '1.36'", "kubernetes: '1.35'"));
    expect(ofCluster(await examine('--env dev --cluster', cluster.kubeconfig, project))).toContainEqual(
      expect.objectContaining({ check: 'cluster.kubernetes', status: 'warning', found: `${found} 1.35` }),
    );
  });

  it('compares nothing where no single environment is named', async () => {
    const results = await examine('--cluster', cluster.kubeconfig);
    expect(results.at(-1)).toMatchObject({ check: 'cluster capabilities', status: 'not checked' });
  });

  it('calls nothing missing that it may not see', async () => {
    const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as { users: { user: Record<string, unknown> }[] };
    for (const { user } of config.users) user['as'] = 'nobody-in-particular';
    const kubeconfig = join(dirname(cluster.kubeconfig), 'nobody.kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const results = ofCluster(await examine('--env dev --cluster', kubeconfig));
    expect(results.filter(({ status }) => status === 'problem')).toEqual([]);
    const unseen = results.filter(({ status }) => status === 'not checked');
    expect(unseen.map(({ check }) => check)).toEqual([
      'RuntimeClasses',
      'StorageClasses',
      'IngressClass',
      'ClusterSecretStore',
      'dispatcher',
      'queues of factory',
      'network plugin',
    ]);
    for (const { found } of unseen) expect(found).toMatch(/^Error from server \(Forbidden\): .*nobody-in-particular/);
  });

  it('has only read', () => {
    const calls = readFileSync(CALLS, 'utf8').trim().split('\n');
    expect(calls.length).toBeGreaterThan(50);
    const reading = /^(version --client --output=json|config current-context|--context=e2e --request-timeout=5s get [a-z0-9. =/-]+)$/i;
    expect(calls.filter((call) => !reading.test(call))).toEqual([]);
  });

  it('says that a cluster is gone, soon', async () => {
    await cluster.stop();
    const begin = performance.now();
    const results = await examine('--env dev --cluster', join(session.run.path, 'doctor-bin', 'nowhere'));
    expect(results.at(-1)).toMatchObject({ check: 'cluster', status: 'problem', found: 'kubectl has no current context' });
    const gone = join(session.run.path, 'gone.kubeconfig');
    const server = { server: 'https://127.0.0.1:1' };
    const contexts = [{ name: 'gone', context: { cluster: 'gone', user: 'gone' } }];
    const users = [{ name: 'gone', user: { token: 'made-up' } }];
    writeFileSync(
      gone,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'gone', cluster: server }],
        contexts,
        users,
        'current-context': 'gone',
      }),
    );
    const refused = await examine('--env dev --cluster', gone);
    expect(refused.at(-1)).toMatchObject({
      check: 'cluster',
      status: 'problem',
      found: expect.stringMatching(/^gone does not answer: .*refused/),
    });
    expect(performance.now() - begin).toBeLessThan(30_000);
  });
});

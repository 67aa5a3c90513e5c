import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiObject, Cluster } from '../cluster/index.ts';
import { currentSession } from '../session.ts';

const session = currentSession();

const namespace: ApiObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'judge',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
  },
};
const settings: ApiObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'judge' }, data: { a: '1' } };
const privileged: ApiObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bad', namespace: 'judge' },
  spec: { containers: [{ name: 'main', image: 'x', securityContext: { privileged: true } }] },
};

// A judge that cannot say no proves nothing: each kind of "no" on which the other tests rely is seen here once.
describe('the judge', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({ run: session.run, binaries: session.binaries });
    await cluster.client.apply(namespace);
    await cluster.client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'judge' } });
  });
  afterAll(async () => cluster?.stop());

  it('refuses an unknown field', async () => {
    const answer = await cluster.client.apply({ ...settings, dataa: { a: '1' } });
    expect(answer.ok).toBe(false);
    expect(answer.body['message']).toContain('.dataa: field not declared in schema');
  });

  it('refuses a value of the wrong type', async () => {
    const answer = await cluster.client.apply({ ...settings, data: { a: 1 } });
    expect(answer.ok).toBe(false);
  });

  it('says when it has no such kind', async () => {
    const unknown = { ...settings, kind: 'Setting' };
    await expect(cluster.client.apply(unknown)).rejects.toThrow('the server has no kind Setting in v1');
  });

  it('refuses a privileged pod', async () => {
    const answer = await cluster.client.create(privileged, { dryRun: true });
    expect(answer.status).toBe(403);
    expect(answer.body['message']).toContain('violates PodSecurity "restricted:latest": privileged');
  });

  it('passes on the warnings of the server', async () => {
    const template = { metadata: { labels: { app: 'bad' } }, spec: privileged['spec'] };
    const spec = { selector: { matchLabels: { app: 'bad' } }, template };
    const answer = await cluster.client.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: privileged.metadata, spec });
    expect(answer.ok).toBe(true);
    expect(answer.warnings.join()).toContain('would violate PodSecurity "restricted:latest": privileged');
  });

  it('keeps the version of an object that is applied again, and changes it with the object', async () => {
    const version = async (object: ApiObject) => (await cluster.client.apply(object)).body['metadata'] as { resourceVersion: string };
    const first = await version(settings);
    const again = await version(settings);
    const changed = await version({ ...settings, data: { a: '2' } });
    expect(again.resourceVersion).toBe(first.resourceVersion);
    expect(changed.resourceVersion).not.toBe(first.resourceVersion);
  });
});

describe('a cluster', () => {
  it('is gone when it was stopped: no process, no folder', async () => {
    const cluster = await Cluster.start({ run: session.run, binaries: session.binaries });
    const { pids, folder } = cluster.traces;
    expect(pids).toHaveLength(2);
    expect(session.run.liveProcesses()).toEqual(expect.arrayContaining([...pids]));
    expect(existsSync(folder)).toBe(true);

    await cluster.stop();
    expect(session.run.liveProcesses().filter((pid) => pids.includes(pid))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('that cannot start says why, and is gone as well', async () => {
    const before = session.run.liveProcesses();
    const broken = { ...session.binaries, 'kube-apiserver': session.binaries.etcd ?? '' };
    await expect(Cluster.start({ run: session.run, binaries: broken })).rejects.toThrow(
      /kube-apiserver ended while waiting for the API server to be ready; its log says:/,
    );
    expect(session.run.liveProcesses()).toEqual(before);
  });
});

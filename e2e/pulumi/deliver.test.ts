import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiObject, Cluster } from '../cluster/index.ts';
import { currentSession, measure } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import { installPlatform, provisionVolumes } from '../tree/index.ts';
import { readLab } from './lab.ts';
import { PulumiProject } from './project.ts';

const session = currentSession();
const { own: objects } = readLab(session.tree);
/** The stack itself and its provider are resources too. */
const COUNT = objects.length + 2;
const ENGINE = 'fleetwright.dev/engine';
const quota: ApiObject = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'org', namespace: 'lab' } };
const namespace: ApiObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } };

let cluster: Cluster;
let project: PulumiProject;

/** Who may write at any time, whatever is delivered. */
const CONTROLLERS = 'kube-controller-manager';

/** Which of the org's objects are in the cluster, and who wrote them last, and when; controllers and what they note aside. */
async function versions(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const object of objects) {
    const answer = await cluster.client.read(object);
    const { managedFields = [] } = (answer.body['metadata'] ?? {}) as { readonly managedFields?: readonly Record<string, string>[] };
    const writers = managedFields.filter(({ manager, subresource }) => subresource === undefined && manager !== CONTROLLERS);
    const written = writers.map(({ manager, time }) => `${manager} ${time}`).sort();
    found[`${object.kind} ${object.metadata.name}`] = answer.ok ? written : undefined;
  }
  return found;
}

/** What the org's objects ask for. */
async function specs(): Promise<unknown[]> {
  const answers = await Promise.all(objects.map(async (object) => cluster.client.read(object)));
  return answers.map(({ body }) => body['spec']);
}

async function cpuOfQuota(): Promise<unknown> {
  const { spec } = (await cluster.client.read(quota)).body as { readonly spec?: { readonly hard?: Record<string, unknown> } };
  return spec?.hard?.['limits.cpu'];
}

async function timed(what: string, command: string): ReturnType<PulumiProject['pulumi']> {
  const begin = performance.now();
  const result = await project.pulumi(command);
  measure(session.run, { subject: 'lab.dev', what, value: Number(((performance.now() - begin) / 1000).toFixed(1)) });
  return result;
}

beforeAll(async () => {
  cluster = await startTestCluster({ session, subject: 'cluster', nodes: 1 });
  await installPlatform(cluster.client, objects);
  await provisionVolumes(cluster.client, objects);
  const { kubectl = '' } = session.binaries;
  project = await PulumiProject.create({ run: session.run, kubeconfig: cluster.kubeconfig, kubectl });
});
afterAll(async () => cluster?.stop());

describe('the Pulumi stack of an org', () => {
  it('is refused while the environment leaves the org to Argo CD', async () => {
    expect(await project.pulumi('stack init lab.dev')).toMatchObject({ code: 0 });
    cpSync(join(import.meta.dirname, 'Pulumi.lab.dev.yaml'), join(project.root, 'environments', 'Pulumi.lab.dev.yaml'));
    const { code, text } = await project.pulumi('preview');
    expect(code).not.toBe(0);
    expect(text).toContain('[FW_ENGINE_REFUSED]');
  });

  it('brings every object into the cluster', async () => {
    project.giveToPulumi();
    expect(await timed('up s', 'up --yes')).toMatchObject({ code: 0 });
    expect(await project.lastChanges()).toEqual({ create: COUNT });
    expect(Object.entries(await versions()).filter(([, version]) => version === undefined)).toEqual([]);
    measure(session.run, { subject: 'lab.dev', what: 'objects', value: objects.length });
  });

  it('changes nothing where nothing has changed', async () => {
    const before = await versions();
    expect(await timed('no-op s', 'up --yes')).toMatchObject({ code: 0 });
    expect(await project.lastChanges()).toEqual({ same: COUNT });
    expect(await versions()).toEqual(before);
  });

  it('changes only what an edit is about', async () => {
    const before = await versions();
    project.edit('environments/dev.yaml', "cpu: '24'", "cpu: '20'");
    expect(await timed('edit s', 'up --yes')).toMatchObject({ code: 0 });
    expect(await project.lastChanges()).toEqual({ same: COUNT - 1, update: 1 });
    const after = await versions();
    expect(Object.keys(after).filter((name) => !isDeepStrictEqual(after[name], before[name]))).toEqual(['ResourceQuota org']);
    expect(await cpuOfQuota()).toBe('20');
  });

  it('changes texts in place, and replaces nothing', async () => {
    const seed: ApiObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ada-seed', namespace: 'lab' } };
    const before = (await cluster.client.read(seed)).body;
    project.edit('stacks/lab.ts', 'The workspace of', 'Here works');
    expect(await project.pulumi('up --yes')).toMatchObject({ code: 0 });
    expect(Object.keys(await project.lastChanges()).sort()).toEqual(['same', 'update']);
    const after = (await cluster.client.read(seed)).body;
    expect(after).toMatchObject({
      data: { 'file-0': 'Here works ada.\n' },
      metadata: { uid: (before['metadata'] as { readonly uid: string }).uid },
    });
  });

  it('sees what was changed behind its back, and overrules it only when it is told to', async () => {
    const patch = '{"spec":{"hard":{"limits.cpu":"99"}}}';
    await project.kubectl('--namespace=lab', 'patch', 'resourcequota', 'org', '--type=merge', `--patch=${patch}`);
    expect(await cpuOfQuota()).toBe('99');
    const { text } = await timed('refresh s', 'refresh --yes --diff');
    expect(text).toMatch(/limits\.cpu: "20" => "99"/);
    expect(await project.lastChanges()).toEqual({ same: COUNT - 1, update: 1 });

    const refused = await project.pulumi('up --yes');
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain('conflict with "kubectl-patch" using v1: .spec.hard.limits.cpu');
    expect(await cpuOfQuota()).toBe('99');
    expect(await project.pulumi('up --yes', { PULUMI_K8S_ENABLE_PATCH_FORCE: 'true' })).toMatchObject({ code: 0 });
    expect(await cpuOfQuota()).toBe('20');
  });

  it('keeps what holds data until somebody gives it up', async () => {
    const before = await versions();
    const { code, text } = await project.pulumi('destroy --yes');
    expect(code).not.toBe(0);
    expect(text).toContain('protect');
    expect(await versions()).toEqual(before);
  });

  it('removes all of it when it is destroyed', async () => {
    expect(await project.pulumi('state unprotect --all --yes')).toMatchObject({ code: 0 });
    expect(await timed('destroy s', 'destroy --yes')).toMatchObject({ code: 0 });
    expect(await project.lastChanges()).toEqual({ delete: COUNT });
    expect(Object.values(await versions()).filter((version) => version !== undefined)).toEqual([]);
  });
});

describe('an org that Argo CD delivered', () => {
  const owned = '{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"lab.dev:/Namespace:lab/lab"}}}';

  beforeAll(async () => {
    await cluster.client.apply(namespace);
    await project.kubectl('patch', 'namespace', 'lab', '--type=merge', `--patch=${owned}`);
    for (const object of objects) await cluster.client.apply(object);
  });

  it('is refused, whatever the environment says', async () => {
    const before = await versions();
    const { code, text } = await project.pulumi('up --yes');
    expect(code).not.toBe(0);
    expect(text).toContain('[FW_ENGINE_REFUSED]');
    expect(text).toContain(`its label '${ENGINE}' says 'argo'`);
    expect(await versions()).toEqual(before);
  });

  it('is refused while Argo CD still tracks it', async () => {
    await project.kubectl('label', 'namespace', 'lab', `${ENGINE}=pulumi`, '--overwrite');
    const { code, text } = await project.pulumi('up --yes');
    expect(code).not.toBe(0);
    expect(text).toContain('says that Argo CD applies it');
  });

  it('is taken over when it is let go, without a restart of anything', async () => {
    await project.kubectl('annotate', 'namespace', 'lab', 'argocd.argoproj.io/tracking-id-');
    const refused = await project.pulumi('up --yes');
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain('already exists');

    const before = await specs();
    project.edit('environments/dev.yaml', "cpu: '20'", "cpu: '24'");
    project.edit('stacks/lab.ts', 'Here works', 'The workspace of');
    // Lists that the server fills up, such as those of an ExternalSecret, are never quite what Argo CD applied.
    const takeOver = { PULUMI_K8S_ENABLE_PATCH_FORCE: 'true', PULUMI_K8S_UPSERT_EXISTING_OBJECTS: 'true' };
    expect(await project.pulumi('up --yes', takeOver)).toMatchObject({ code: 0 });
    expect(await specs()).toEqual(before);
    expect(await project.pulumi('up --yes')).toMatchObject({ code: 0 });
    expect(await project.lastChanges()).toEqual({ same: COUNT });
  });

  it('can be let go by Pulumi too, and stays as it is', async () => {
    const before = await versions();
    expect(await project.pulumi('stack rm lab.dev --force --yes')).toMatchObject({ code: 0 });
    expect(await versions()).toEqual(before);
    expect(existsSync(join(project.root, 'environments', 'Pulumi.lab.dev.yaml'))).toBe(false);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiObject, type Cluster, describeAnswer } from '../cluster/index.ts';
import { currentSession } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import { installPlatform, provisionVolumes } from '../tree/index.ts';
import { readLab } from './lab.ts';
import { PulumiProject } from './project.ts';

const session = currentSession();
const { own, argo } = readLab(session.tree);
const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'pulumi-or-argo-cd.md'), 'utf8');
const ADA: ApiObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ada', namespace: 'lab' } };

let cluster: Cluster;
let project: PulumiProject;

/** The commands below a heading. */
function commandsOf(heading: string): string {
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  const block = /^```sh\n([^]*?)^```/m.exec(section ?? '')?.[1];
  if (block === undefined) throw new Error(`the guide has no commands under '${heading}'`);
  return block;
}

async function follow(heading: string): Promise<string> {
  const { code, text } = await project.shell(commandsOf(heading));
  expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
  return text;
}

async function apply(objects: readonly ApiObject[]): Promise<void> {
  for (const object of objects) {
    const answer = await cluster.client.apply(object);
    if (!answer.ok) throw new Error(describeAnswer(answer));
  }
}

/** Objects as Argo CD has applied them: it marks what it tracks, and its set has made an Application. */
async function deliverByArgo(): Promise<void> {
  const tracked = own.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...(object.metadata as { annotations?: object }).annotations, 'argocd.argoproj.io/tracking-id': 'lab.dev' },
    },
  }));
  await apply([...tracked, ...argo]);
  const set = argo.find(({ kind }) => kind === 'ApplicationSet');
  const { body } = await cluster.client.read(set as ApiObject);
  const { spec } = (set as { spec?: { template?: { spec?: object } } }).spec?.template ?? {};
  const { uid } = body['metadata'] as { readonly uid: string };
  const ownerReferences = [{ apiVersion: 'argoproj.io/v1alpha1', controller: true, kind: 'ApplicationSet', name: 'lab.dev', uid }];
  const finalizers = ['resources-finalizer.argocd.argoproj.io'];
  const metadata = { finalizers, name: 'lab.dev', namespace: 'argocd', ownerReferences };
  await apply([{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata, spec }]);
}

async function isThere(object: ApiObject): Promise<boolean> {
  return (await cluster.client.read(object)).ok;
}

beforeAll(async () => {
  cluster = await startTestCluster({ session, subject: 'guide', nodes: 1 });
  await installPlatform(cluster.client, own);
  await provisionVolumes(cluster.client, own);
  const { kubectl = '' } = session.binaries;
  project = await PulumiProject.create({ run: session.run, kubeconfig: cluster.kubeconfig, kubectl });
  project.giveToPulumi();
});
afterAll(async () => cluster?.stop());

describe('the guide to Pulumi', () => {
  it('delivers an org', async () => {
    await follow('The first delivery');
    expect(await isThere(ADA)).toBe(true);
  });

  it('shows what was changed by hand, and puts it back', async () => {
    const patch = '--patch={"spec":{"hard":{"limits.cpu":"99"}}}';
    await project.kubectl('--namespace=lab', 'patch', 'resourcequota', 'org', '--type=merge', patch);
    expect(await follow('What was changed by hand')).toContain('limits.cpu: "24" => "99"');
  });

  it('gives up what holds data on purpose only', async () => {
    await follow('What holds data');
    expect(await isThere(ADA)).toBe(false);
  });

  it('takes an org over from Argo CD', async () => {
    await deliverByArgo();
    await follow('From Argo CD to Pulumi');
    expect(await Promise.all(argo.map(isThere))).toEqual(argo.map(() => false));
    expect(await isThere(ADA)).toBe(true);
  });

  it('gives it back', async () => {
    await follow('From Pulumi to Argo CD');
    expect(await isThere(ADA)).toBe(true);
  });
});

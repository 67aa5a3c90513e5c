import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_RIGHTS, grants } from '../can-i.ts';
import type { Cluster } from '../cluster/index.ts';
import { currentSession, measure } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import {
  type Account,
  applyAll,
  awaitWorkloads,
  completeJobs,
  installPlatform,
  mayI,
  type Question,
  provisionVolumes,
  readRendered,
  rightsOf,
} from '../tree/index.ts';
import { forbiddenFor } from './forbidden.ts';

const session = currentSession();
const PATIENCE = { seconds: 60 };

describe.each(readRendered(session.tree))('the environment $name under real controllers', ({ name, objects }) => {
  const manifests = objects.map(({ object }) => object);
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const accounts = accountsOf(manifests, namespaces);
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startTestCluster({ session, subject: name, nodes: 5 });
    await installPlatform(cluster.client, manifests);
    await provisionVolumes(cluster.client, manifests);
  });
  afterAll(async () => cluster?.stop());

  it('is taken while controllers act on it', async () => {
    const { complaints } = await applyAll(cluster.client, objects);
    expect(complaints).toEqual([]);
  });

  it('has every Deployment and StatefulSet available', async () => {
    const begin = performance.now();
    const count = await awaitWorkloads(cluster.client, manifests, PATIENCE);
    measure(session.run, { subject: name, what: 'workloads', value: count });
    measure(session.run, { subject: name, what: 'available after s', value: seconds(begin) });
    expect(count).toBeGreaterThan(0);
  });

  it('completes a Job from every CronJob and PodTemplate', async () => {
    const begin = performance.now();
    const count = await completeJobs(cluster.client, manifests, PATIENCE);
    measure(session.run, { subject: name, what: 'jobs', value: count });
    measure(session.run, { subject: name, what: 'complete after s', value: seconds(begin) });
    expect(count).toBeGreaterThan(0);
  });

  it('grants each service account what the table says, and nothing else', async () => {
    const found: string[] = [];
    const places = [...namespaces, 'argocd', 'default', 'kube-system'];
    for (const account of accounts) {
      for (const namespace of places) {
        const rights = await rightsOf(cluster.client, account, namespace);
        expect(rights).toEqual(expect.arrayContaining([...BUILT_IN_RIGHTS]));
        found.push(...rights.filter((right) => !BUILT_IN_RIGHTS.includes(right)).map((right) => `${account} in ${namespace}: ${right}`));
      }
    }
    const table = grants.flatMap(({ account, namespace, rights }) =>
      (namespace === '*' ? places : [namespace]).flatMap((place) => rights.map((right) => `${account} in ${place}: ${right}`)),
    );
    measure(session.run, { subject: name, what: 'service accounts', value: accounts.length });
    expect(found.sort()).toEqual(table.sort());
  });

  it('lets no service account take over the cluster or another org', async () => {
    const allowed: string[] = [];
    for (const account of accounts) {
      for (const question of forbiddenFor(account.split('/')[0] ?? '', namespaces)) {
        if (!isGranted(account, question) && (await mayI(cluster.client, account, question)))
          allowed.push(`${account} may ${JSON.stringify(question)}`);
      }
    }
    expect(allowed).toEqual([]);
  });
});

/** Whether the table, which says why, gives this very right in this very namespace. */
function isGranted(who: Account, { verb, resource, group, namespace: where }: Question): boolean {
  const right = `${verb} ${resource}${group === undefined ? '' : `.${group}`}`;
  return grants.some(({ account, namespace, rights }) => account === who && namespace === where && rights.includes(right));
}

function accountsOf(
  manifests: readonly { kind: string; metadata: { name: string; namespace?: string } }[],
  namespaces: readonly string[],
): Account[] {
  const declared = manifests
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }): Account => `${metadata.namespace ?? ''}/${metadata.name}`);
  return [...new Set([...namespaces.map((namespace): Account => `${namespace}/default`), ...declared])].sort();
}

function seconds(begin: number): number {
  return Number(((performance.now() - begin) / 1000).toFixed(1));
}

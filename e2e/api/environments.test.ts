import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../binaries/index.ts';
import { type Cluster, describeAnswer, FIELD_MANAGER } from '../cluster/index.ts';
import { currentSession, measure } from '../session.ts';
import { startTestCluster } from '../test-cluster.ts';
import {
  applyAll,
  type ApplyReport,
  changesBetween,
  fieldOf,
  installPlatform,
  podOf,
  podShapes,
  readRendered,
  standInForControllers,
} from '../tree/index.ts';

const session = currentSession();

/** The server stores a claim anew, with nothing to be seen, at the first write after its creation, and never again. */
const REWRITTEN_ONCE = /^PersistentVolumeClaim .* stored anew, with nothing to be seen$/;

describe.each(readRendered(session.tree))('the environment $name on a real API server', ({ name, files, objects }) => {
  const manifests = objects.map(({ object }) => object);
  let cluster: Cluster;
  let first: ApplyReport;

  beforeAll(async () => {
    cluster = await startTestCluster({ session, subject: name });
    await installPlatform(cluster.client, manifests);
  });
  afterAll(async () => cluster?.stop());

  it('is taken with strict field validation, without a refusal or a warning', async () => {
    first = await applyAll(cluster.client, objects);
    measure(session.run, { subject: name, what: 'objects', value: objects.length });
    measure(session.run, { subject: name, what: 'refused or warned', value: first.complaints.length });
    expect(first.complaints).toEqual([]);
  });

  it('changes nothing when it is applied a second time', async () => {
    const second = await applyAll(cluster.client, objects);
    const third = await applyAll(cluster.client, objects);
    expect(second.complaints).toEqual([]);
    expect(changesBetween(first, second).filter((change) => !REWRITTEN_ONCE.test(change))).toEqual([]);
    expect(changesBetween(second, third)).toEqual([]);
  });

  it('shows no difference to kubectl', async () => {
    const connection = [`--kubeconfig=${cluster.kubeconfig}`, `--cache-dir=${join(session.run.path, 'kubectl-cache')}`];
    const how = ['--server-side', '--force-conflicts', `--field-manager=${FIELD_MANAGER}`];
    const args = ['diff', ...connection, ...how, ...files.map((file) => `--filename=${file}`)];
    const { code, stdout, stderr } = await runCommand(session.binaries.kubectl ?? '', args);
    const different = stdout.split('\n').filter((line) => line.startsWith('+++ '));
    expect({ code, different, stderr }).toEqual({ code: 0, different: [], stderr: '' });
  });

  it('makes pods only in namespaces that enforce Pod Security "restricted"', () => {
    const shapes = podShapes(manifests);
    const restricted = manifests
      .filter((object) => fieldOf(object, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce') === 'restricted')
      .map(({ metadata }) => metadata.name);
    expect(shapes.length).toBeGreaterThan(0);
    expect(shapes.filter(({ namespace }) => !restricted.includes(namespace)).map(({ owner }) => owner)).toEqual([]);
  });

  it('has every pod shape admitted, without a warning', async () => {
    await standInForControllers(cluster.client, manifests);
    const shapes = podShapes(manifests);
    const complaints: string[] = [];
    for (const [index, shape] of shapes.entries()) {
      const answer = await cluster.client.create(podOf(shape, `shape-${index}`), { dryRun: true });
      if (!answer.ok || answer.warnings.length > 0) complaints.push(`${shape.owner}: ${describeAnswer(answer)}`);
    }
    measure(session.run, { subject: name, what: 'pod shapes', value: shapes.length });
    expect(complaints).toEqual([]);
  });
});

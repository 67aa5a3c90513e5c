import { type ApiClient, type ApiObject, describeAnswer } from '../cluster/index.ts';
import { fieldOf, nameOf } from './fields.ts';
import { podShapes } from './pod-shapes.ts';

/**
 * What a platform has before a rendered tree arrives: the namespace of Argo CD, and the runtime classes and storage classes
 * that the tree refers to. Whether an environment may refer to them is not judged here.
 */
export async function installPlatform(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  const runtimeClasses = namesAt(podShapes(objects), 'template', 'spec', 'runtimeClassName');
  const storageClasses = namesAt(volumeClaims(objects), 'spec', 'storageClassName');
  const platform: ApiObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } },
    ...runtimeClasses.map((name) => ({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: name })),
    ...storageClasses.map((name) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'kubernetes.io/no-provisioner',
    })),
  ];
  for (const object of platform) await applyOrThrow(client, object);
}

/** Makes a volume for every claim, which is a storage driver's work. */
export async function provisionVolumes(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  for (const claim of volumeClaims(objects)) {
    const { name, namespace } = claim.metadata;
    const { accessModes, resources, storageClassName } = claim['spec'] as Record<string, unknown>;
    const spec = {
      accessModes,
      capacity: fieldOf(resources, 'requests'),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace },
      hostPath: { path: `/volumes/${namespace}/${name}` },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName,
    };
    await applyOrThrow(client, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `${namespace}-${name}` }, spec });
  }
}

/**
 * Does by hand what the controller manager would do before pods can be created: the `default` service account of every
 * namespace, and a status for every quota, without which the quota refuses all.
 */
export async function standInForControllers(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  for (const { kind, metadata } of objects) {
    if (kind !== 'Namespace') continue;
    await applyOrThrow(client, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: metadata.name } });
  }
  for (const quota of objects.filter(({ kind }) => kind === 'ResourceQuota')) {
    const hard = (fieldOf(quota, 'spec', 'hard') ?? {}) as Record<string, unknown>;
    const used = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']));
    const answer = await client.mergeStatus(quota, { hard, used });
    if (!answer.ok) throw new Error(`status of ${nameOf(quota)}: ${describeAnswer(answer)}`);
  }
}

function volumeClaims(objects: readonly ApiObject[]): ApiObject[] {
  return objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
}

function namesAt(values: readonly unknown[], ...path: readonly string[]): string[] {
  return [...new Set(values.map((value) => fieldOf(value, ...path)).filter((name) => typeof name === 'string'))].sort();
}

async function applyOrThrow(client: ApiClient, object: ApiObject): Promise<void> {
  const answer = await client.apply(object);
  if (!answer.ok) throw new Error(`${nameOf(object)} of the platform: ${describeAnswer(answer)}`);
}

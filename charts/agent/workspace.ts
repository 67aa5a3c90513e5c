import { PATHS, seedCommand } from '../../controller/contract/index.ts';
import { Cpu, type Environment, type Manifest, share, Size, type Workspace } from '../../constructs/index.ts';
import type { ConfigFiles } from './agent-config.ts';
import { type Owner, objectMeta } from '../manifest.ts';
import { CONTAINER_SECURITY, imageOf, renderResources, toQuantity } from '../pod.ts';
import type { Volume, VolumeMount } from '../secret/secret-files.ts';
import { WORKER_IMAGE } from '../worker.ts';

/** Where containers see the workspace. */
export const WORKSPACE_MOUNT: VolumeMount = share({ mountPath: PATHS.workspace, name: 'workspace' });

/** Deleting the volume deletes the work, so Argo CD asks first. @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ */
const ASK_BEFORE_DELETE = Object.freeze({
  annotations: Object.freeze({ 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' }),
});

const SEED_RESOURCES = renderResources({ cpu: Cpu.millis(20), ephemeralStorage: Size.mebibytes(16), memory: Size.mebibytes(64) });

/** Name of an agent's PersistentVolumeClaim. */
function claimName(agent: string): string {
  return `${agent}-workspace`;
}

/** The volume of a workspace within an agent's pod. */
export function workspaceVolume(workspace: Workspace, agent: string): Volume {
  const { name } = WORKSPACE_MOUNT;
  if (!workspace.persistent) return { emptyDir: { sizeLimit: toQuantity(workspace.size) }, name };
  return { name, persistentVolumeClaim: { claimName: claimName(agent) } };
}

/** What is claimed for a workspace that outlives its pod. */
export function claimSpec({ shared, size }: Workspace, { cluster: { storage } }: Environment): object {
  return {
    accessModes: [shared ? 'ReadWriteMany' : 'ReadWriteOnce'],
    resources: { requests: { storage: toQuantity(size) } },
    storageClassName: shared ? storage.readWriteMany : storage.readWriteOnce,
  };
}

/** The PersistentVolumeClaim of a workspace. @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export function renderClaim(workspace: Workspace, owner: Owner, agent: string, environment: Environment): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: objectMeta(owner, claimName(agent), workspace.confirmDelete ? ASK_BEFORE_DELETE : undefined),
    spec: claimSpec(workspace, environment),
  };
}

/** Name of the ConfigMap with the files that a workspace begins with. */
function seedName(agent: string): string {
  return `${agent}-seed`;
}

/** The texts of a workspace's first files. A key of a ConfigMap cannot hold a path, so they are numbered in the order of their paths. */
export function seedFiles({ initialFiles }: Workspace): ConfigFiles {
  return Object.fromEntries(seedPaths(initialFiles).map((path, index) => [`file-${index}`, initialFiles[path] ?? '']));
}

function seedPaths(files: Workspace['initialFiles']): string[] {
  return Object.keys(files).sort();
}

/** The ConfigMap with a workspace's first files. */
export function renderSeed(data: ConfigFiles, owner: Owner, agent: string): Manifest {
  return { apiVersion: 'v1', data, kind: 'ConfigMap', metadata: objectMeta(owner, seedName(agent)) };
}

/** A workspace's first files under their paths. */
export function seedVolume({ initialFiles }: Workspace, agent: string): Volume {
  const items = seedPaths(initialFiles).map((path, index) => ({ key: `file-${index}`, path }));
  return { configMap: { items, name: seedName(agent) }, name: 'seed' };
}

/** The init container that puts the first files into the workspace where they are missing. */
export function seedContainer(environment: Environment): object {
  return {
    command: seedCommand(),
    image: imageOf(environment, WORKER_IMAGE),
    name: 'seed-workspace',
    resources: SEED_RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ mountPath: PATHS.seed, name: 'seed', readOnly: true }, WORKSPACE_MOUNT],
  };
}

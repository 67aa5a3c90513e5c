import type { Dispatcher, Manifest } from '../../constructs/index.ts';
import type { DispatcherPlace } from './dispatcher-place.ts';
import { operatorPods } from './operator-pods.ts';
import { renderPartEgress } from '../egress/part-egress.ts';
import { type Labels, objectMeta, ownerOf, WAVES } from '../manifest.ts';
import { apiServerRules, localPods, podsIn, renderNetworkPolicy, type Rule, tcp } from '../network-policy.ts';
import { imageOf, renderResources, toQuantity } from '../pod.ts';
import { secretFile, secretMount, secretVolume, type Volume, type VolumeMount } from '../secret/secret-files.ts';

/** Name of the database's own objects. */
/** The role that keeps orgs apart, which the program may not make itself here. */
const ORG_ROLE = ['create role fleetwright_org nologin', 'grant fleetwright_org to dispatcher'];

const NAME = 'dispatcher-database';
const DATA: VolumeMount = { mountPath: '/data', name: 'data' };
const URL_MOUNT: VolumeMount = { mountPath: '/etc/database', name: 'database', readOnly: true };
const CLUSTER_PODS: Labels = { 'cnpg.io/cluster': NAME };
const POSTGRES = 5432;
/** Where an instance tells the operator and the others how it is. */
const STATUS = 8000;

/** Deleting the volume deletes all tasks, so Argo CD asks first. */
const ASK_BEFORE_DELETE = { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' } };

/** How the dispatcher gets at its database: what is mounted, and what it is told. */
export interface DatabaseAccess {
  readonly args: readonly string[];
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
}

/** The database's URL comes as a file: what stands in a variable is read by everyone who sees the process. */
export function databaseAccess({ database: { store } }: Dispatcher): DatabaseAccess {
  switch (store.kind) {
    case 'embedded':
      return { args: [], mounts: [DATA], volumes: [{ name: DATA.name, persistentVolumeClaim: { claimName: NAME } }] };
    case 'postgres':
      return withScratch(secretFile(store.url), secretMount(store.url), secretVolume(store.url));
    case 'cloudNativePg': {
      const secret = { defaultMode: 0o440, items: [{ key: 'uri', path: 'uri' }], secretName: `${NAME}-app` };
      return withScratch(`${URL_MOUNT.mountPath}/uri`, URL_MOUNT, { name: URL_MOUNT.name, secret });
    }
  }
}

// oxlint-disable-next-line eslint/max-params -- a file, and how it gets there
function withScratch(file: string, mount: VolumeMount, volume: Volume): DatabaseAccess {
  return {
    args: [`--postgres-file=${file}`],
    mounts: [DATA, mount],
    volumes: [{ emptyDir: { sizeLimit: '64Mi' }, name: DATA.name }, volume],
  };
}

/** Lets the dispatcher's pods reach the database. */
export function databaseRule({ dispatcher: { database } }: DispatcherPlace): Rule[] {
  const { store } = database;
  if (store.kind === 'postgres') return [{ peers: [podsIn(store.pods)], ports: [tcp(store.port)] }];
  return store.kind === 'embedded' ? [] : [{ peers: [localPods(CLUSTER_PODS)], ports: [tcp(POSTGRES)] }];
}

/** What the database becomes: the volume of an embedded one, or the servers that CloudNativePG runs. */
export function renderDatabase(place: DispatcherPlace): Manifest[] {
  const { dispatcher, environment, owner } = place;
  const { store } = dispatcher.database;
  if (store.kind === 'postgres') return [];
  if (store.kind === 'cloudNativePg') return renderCluster(place, store);
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: objectMeta(owner, NAME, ASK_BEFORE_DELETE),
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: toQuantity(store.size) } },
        storageClassName: environment.cluster.storage.readWriteOnce,
      },
    },
  ];
}

type ClusterStore = Extract<Dispatcher['database']['store'], { kind: 'cloudNativePg' }>;

/** @see https://cloudnative-pg.io/docs/ */
function renderCluster({ environment, namespace, selector }: DispatcherPlace, { instances, resources, size }: ClusterStore): Manifest[] {
  const owner = ownerOf('dispatcher', NAME, namespace, WAVES.secrets);
  const wayOut = renderPartEgress({ environment, intents: [], name: NAME, owner, pods: CLUSTER_PODS, toApiServer: true });
  const among: Rule = { peers: [localPods(CLUSTER_PODS)], ports: [tcp(POSTGRES), tcp(STATUS)] };
  return [
    renderNetworkPolicy({
      egress: [among, ...apiServerRules(environment)],
      ingress: [
        among,
        { peers: [localPods(selector)], ports: [tcp(POSTGRES)] },
        { peers: [podsIn(operatorPods(environment, 'cnpg'))], ports: [tcp(POSTGRES), tcp(STATUS)] },
      ],
      metadata: objectMeta(owner, NAME),
      pods: CLUSTER_PODS,
    }),
    ...wayOut.objects,
    {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: objectMeta(owner, NAME, ASK_BEFORE_DELETE),
      spec: {
        bootstrap: { initdb: { database: 'dispatcher', owner: 'dispatcher', postInitApplicationSQL: ORG_ROLE } },
        imageName: imageOf(environment, 'postgresql'),
        instances,
        resources: renderResources(resources),
        storage: { size: toQuantity(size), storageClass: environment.cluster.storage.readWriteOnce },
      },
    },
  ];
}

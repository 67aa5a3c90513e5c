import { Dispatcher, DISPATCHER_RIGHTS, type Fleet, type Manifest, type Org } from '../../constructs/index.ts';
import { DISPATCHER_KINDS, type GroupKind, groupOf, RENDERED_KINDS } from './argo-kinds.ts';
import { renderExtras } from '../escape-hatch.ts';

/** The folder of the rendered tree in its Git repository. */
const TREE = 'rendered';

/** The file beside an org's manifests from which its Application is made. */
export const APP_FILE = '_app.yaml';

/** The namespace in which Argo CD runs and looks for its own objects. */
const NAMESPACE = 'argocd';

/** The cluster in which Argo CD runs, as it calls it. */
const OWN_CLUSTER = 'https://kubernetes.default.svc';

const API_VERSION = 'argoproj.io/v1alpha1';

/** Projects come before what stands in them. */
const PROJECT_FIRST = { 'argocd.argoproj.io/sync-wave': '-1' };

/** Waits 10 s, 20 s, 40 s and so on, as a webhook or an operator of the cluster may need a while to come up. */
const RETRY = { backoff: { duration: '10s', factor: 2, maxDuration: '5m' }, limit: 5 };

/**
 * By server-side apply, so that what controllers write into fields that we leave out is no difference; nothing needs to be
 * ignored beside it.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 */
const SYNC_OPTIONS = [
  'ApplyOutOfSyncOnly=true',
  'CreateNamespace=false',
  'FailOnSharedResource=true',
  'PruneLast=true',
  'ServerSideApply=true',
];

const APPLICATION_ANNOTATIONS = {
  'argocd.argoproj.io/compare-options': 'ServerSideDiff=true',
  'argocd.argoproj.io/manifest-generate-paths': '.',
};

/** What `_app.yaml` says: the values of the template in the org's ApplicationSet. */
export interface AppMetadata {
  readonly app: { readonly environment: string; readonly name: string; readonly org: string };
}

/** The metadata from which an org's Application is made. */
export function appMetadata(org: Org): AppMetadata {
  return { app: { environment: org.fleet.environment.name, name: applicationName(org), org: org.name } };
}

/**
 * The root: an administrator applies it once, and it then keeps itself, all projects and all sets. It never deletes an org by
 * itself, as that would take everything of the org with it.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
 */
export function renderArgoRoot({ environment }: Fleet): Manifest[] {
  const { name, delivery } = environment;
  const labels = { 'app.kubernetes.io/managed-by': 'fleetwright' };
  const project: Manifest = {
    apiVersion: API_VERSION,
    kind: 'AppProject',
    metadata: { annotations: PROJECT_FIRST, labels, name, namespace: NAMESPACE },
    spec: {
      clusterResourceWhitelist: [],
      description: `How Argo CD finds the orgs of environment '${name}'`,
      destinations: [{ namespace: NAMESPACE, server: OWN_CLUSTER }],
      namespaceResourceWhitelist: ['AppProject', 'Application', 'ApplicationSet'].map((kind) => ({ group: groupOf(API_VERSION), kind })),
      sourceRepos: [delivery.repo],
    },
  };
  const application: Manifest = {
    apiVersion: API_VERSION,
    kind: 'Application',
    metadata: { annotations: APPLICATION_ANNOTATIONS, labels, name, namespace: NAMESPACE },
    spec: {
      destination: { namespace: NAMESPACE, server: OWN_CLUSTER },
      project: name,
      source: { path: `${TREE}/${name}/_argocd`, repoURL: delivery.repo, targetRevision: delivery.revision },
      syncPolicy: { automated: { prune: false, selfHeal: true }, retry: RETRY, syncOptions: SYNC_OPTIONS },
    },
  };
  return [project, application];
}

/**
 * What an org may have, and the set that makes its Application. The project is written here and not taken from the set's
 * source: whoever can change an org's folder must not be able to choose another project.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Security/
 */
export function renderArgoOrg(org: Org): Manifest[] {
  return [renderProject(org), renderApplicationSet(org)];
}

function renderProject(org: Org): Manifest {
  const { delivery } = org.fleet.environment;
  return {
    apiVersion: API_VERSION,
    kind: 'AppProject',
    metadata: { annotations: PROJECT_FIRST, labels: labelsOf(org), name: applicationName(org), namespace: NAMESPACE },
    spec: {
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: org.name }, ...clusterRights(org)],
      description: `What org '${org.name}' may have`,
      destinations: [{ namespace: org.name, server: delivery.server }],
      namespaceResourceWhitelist: kindsOf(org),
      sourceRepos: [delivery.repo],
    },
  };
}

function renderApplicationSet(org: Org): Manifest {
  const { name: environment, delivery } = org.fleet.environment;
  const isAutomatic = delivery.prune === 'automatic';
  const files = [{ path: `${TREE}/${environment}/${org.name}/${APP_FILE}` }];
  return {
    apiVersion: API_VERSION,
    kind: 'ApplicationSet',
    metadata: { labels: labelsOf(org), name: applicationName(org), namespace: NAMESPACE },
    spec: {
      generators: [{ git: { files, repoURL: delivery.repo, revision: delivery.revision } }],
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      syncPolicy: { applicationsSync: 'create-update', preserveResourcesOnDeletion: !isAutomatic },
      template: {
        metadata: { annotations: APPLICATION_ANNOTATIONS, labels: labelsOf(org), name: '{{ .app.name }}' },
        spec: {
          destination: { namespace: org.name, server: delivery.server },
          project: applicationName(org),
          source: {
            directory: { exclude: APP_FILE },
            path: '{{ .path.path }}',
            repoURL: delivery.repo,
            targetRevision: delivery.revision,
          },
          syncPolicy: { automated: { prune: isAutomatic, selfHeal: true }, retry: RETRY, syncOptions: SYNC_OPTIONS },
        },
      },
    },
  };
}

/** The dispatcher's one right beyond its namespace. Nobody else is given any. */
function clusterRights(org: Org): object[] {
  const { name } = DISPATCHER_RIGHTS;
  return !hasDispatcher(org)
    ? []
    : ['ClusterRole', 'ClusterRoleBinding'].map((kind) => ({ group: 'rbac.authorization.k8s.io', kind, name }));
}

function hasDispatcher({ children }: Org): boolean {
  return children.some((part) => part instanceof Dispatcher);
}

/** The name of an org's Application, set and project. One Argo CD may serve several environments; only their names hold dots. */
function applicationName(org: Org): string {
  return `${org.name}.${org.fleet.environment.name}`;
}

function labelsOf(org: Org): Record<string, string> {
  return { 'app.kubernetes.io/managed-by': 'fleetwright', 'app.kubernetes.io/part-of': org.name };
}

/** The kinds that we render, and those of the cdk8s objects that stand in the org. */
function kindsOf(org: Org): GroupKind[] {
  const rendered = hasDispatcher(org) ? [...RENDERED_KINDS, ...DISPATCHER_KINDS] : RENDERED_KINDS;
  const known = new Map(rendered.map((each) => [`${each.group}/${each.kind}`, each]));
  for (const { apiVersion, kind } of renderExtras(org)) {
    const group = groupOf(apiVersion);
    known.set(`${group}/${kind}`, { group, kind });
  }
  return [...known.keys()].sort().map((key) => known.get(key) as GroupKind);
}

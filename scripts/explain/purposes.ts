import { DISPATCHER_RIGHTS, type Manifest } from '../../constructs/index.ts';

/** What each kind of object is for, where Fleetwright renders it. */
const PURPOSES: Readonly<Record<string, string>> = {
  AppProject: 'limits what Argo CD may apply for the org',
  Application: 'lets Argo CD apply what this folder holds',
  ApplicationSet: 'lets Argo CD apply what the folder holds',
  CiliumNetworkPolicy: 'the hosts that its pods may reach, by name',
  Cluster: 'the PostgreSQL servers that CloudNativePG runs for it',
  ClusterRole: 'its one right in the whole cluster: to ask whose a token is',
  ClusterRoleBinding: 'gives that right to its account',
  ConfigMap: 'its configuration and instructions, as files',
  CronJob: 'starts it by the clock',
  Deployment: 'keeps its pods running',
  ExternalSecret: 'brings a secret value from the store',
  HTTPRoute: 'brings requests in from its public host',
  HorizontalPodAutoscaler: 'adds and removes pods as the load asks for',
  Ingress: 'brings requests in from its public host',
  LimitRange: 'limits what a single container may ask for',
  Namespace: 'where all of it stands, with the restricted Pod Security level',
  NetworkPolicy: 'whom its pods may reach, and who may reach them; all else is refused',
  Password: 'makes a credential of its own',
  PersistentVolumeClaim: 'its workspace, which outlives pods',
  PodDisruptionBudget: 'keeps enough pods while nodes are drained',
  PodTemplate: 'what the dispatcher makes a Job of for each task',
  ResourceQuota: 'limits what all pods and volumes take together',
  Role: 'the rights to the Kubernetes API that it was given',
  RoleBinding: 'gives these rights to its account',
  SandboxTemplate: 'what its sandboxes are made from',
  SandboxWarmPool: 'keeps sandboxes ready to be claimed',
  ScaledObject: 'adds and removes workers as its queue asks for',
  Secret: 'a value that only its own pods read',
  Service: 'the address under which others reach it',
  ServiceAccount: 'who it is in the cluster; without a token unless it has rights',
  SopsSecret: 'a secret value, encrypted in Git',
  TriggerAuthentication: 'shows the dispatcher who asks how long a queue is',
};

/** The same for what gives the dispatcher its rights. */
const DISPATCHERS: Readonly<Record<string, string>> = {
  ...PURPOSES,
  Role: 'what the dispatcher may do here: make Jobs, count workers',
  RoleBinding: 'gives the dispatcher these rights',
};

/** What an object is for, in a line; for a kind that a stack adds itself, that it does. */
export function purposeOf({ kind, metadata }: Manifest): string {
  if (kind === 'ConfigMap' && metadata.name.endsWith('-seed')) return 'the first files of its workspace';
  if (metadata.name === DISPATCHER_RIGHTS.name) return DISPATCHERS[kind] ?? '';
  if (kind === 'ConfigMap' && metadata.name.startsWith('fleet-')) return 'what it is told of an org';
  return PURPOSES[kind] ?? 'added by the stack itself';
}

/** Folders and files of an agent's container. */
export const PATHS = {
  /** `config.yaml`, `instructions`, and where they are set `persona` and `memory.yaml`. */
  config: '/etc/agent',
  /** Writable, empty at the start, gone with the pod. */
  home: '/home/agent',
  /** A file per secret: `<id>/<key>`. */
  secrets: '/etc/secrets',
  /** Where Kubernetes clients look for their token. */
  apiToken: '/var/run/secrets/kubernetes.io/serviceaccount',
  /** The token with which a worker shows the dispatcher who it is. */
  dispatcherToken: '/var/run/secrets/fleetwright',
  /** Files that are put into a workspace once; seen by the init container that does it. */
  seed: '/etc/seed',
  tmp: '/tmp',
  /** The worker's program, put there by an init container. */
  worker: '/fleetwright',
  /** The folder in which the agent works. */
  workspace: '/workspace',
} as const;

/** TCP ports within a pod. */
export const PORTS = {
  /** What an agent that is always there serves, and the server of a tool that has pods of its own. */
  worker: 8080,
  /** Where the worker tells the kubelet how it is. It is none of the agent's. */
  health: 8079,
  /** The sign-in in front of what is exposed. */
  signIn: 4180,
  /** The editor, on the loopback address. */
  editor: 8443,
  /** The first of those that the sidecar tools of one pod get, counting up. */
  firstSidecar: 9001,
} as const;

/** Whom a worker asks for tasks. */
export const DISPATCHER = {
  /** What a worker's token must be issued for. */
  audience: 'fleetwright-dispatcher',
  namespace: 'fleetwright',
  labels: { 'app.kubernetes.io/component': 'dispatcher', 'app.kubernetes.io/name': 'dispatcher' },
  port: 8080,
  url: 'http://dispatcher.fleetwright.svc.cluster.local:8080',
} as const;

/** Name of the file in `PATHS.dispatcherToken`, and life of the token in it, in seconds. */
export const TOKEN = { file: 'token', seconds: 3600 } as const;

/** Annotations of pod templates by which the dispatcher knows the limits of the Jobs that it makes from them. */
export const JOB_ANNOTATIONS = {
  deadline: 'fleetwright.dev/deadline-seconds',
  keepFinished: 'fleetwright.dev/keep-finished-seconds',
  retries: 'fleetwright.dev/retries',
} as const;

/** Annotations of a Job's pod that the dispatcher sets: what the run is about, as JSON, and what caused it. */
export const RUN_ANNOTATIONS = { event: 'fleetwright.dev/event', trigger: 'fleetwright.dev/trigger' } as const;

/** Variable of a Job's pod that the dispatcher sets: the id of the one task that its worker is there for. */
export const TASK_VARIABLE = 'AGENT_TASK';

/** Labels of a Job and its pod: the task, and which attempt at it. */
export const JOB_LABELS = { attempt: 'fleetwright.dev/attempt', task: 'fleetwright.dev/task' } as const;

/**
 * Where the dispatcher says how much work an agent has: `{"unfinished": 7}`, queued and running tasks together, so that workers
 * are not taken away while they work.
 */
export function queueUrl(org: string, agent: string): string {
  return `${DISPATCHER.url}/v1/orgs/${org}/agents/${agent}/queue`;
}

/** The Secret in the namespace of an org by which KEDA may ask `queueUrl`: its key holds a token of the org with the role `viewer`. */
export const QUEUE_TOKEN = { name: 'fleetwright-queue', key: 'token' } as const;

/** The field of the answer of `queueUrl` that counts. */
export const QUEUE_FIELD = 'unfinished';

/** Where the dispatcher finds what signs the requests to a trigger: a folder for each org, a file for each trigger, a secret on each line. */
export const HOOK_SECRETS = '/etc/fleetwright/hooks';

import type { Fields } from './fields.ts';

const SCHEDULING = "where pods run is the cluster's matter; patch the object by addJsonPatch where it has to be said";
const RESTRICTED = 'every pod is restricted by default, and what is relaxed is relaxed by a prop of its own';
const FILES = 'a volume is a workspace or a secret; anything else is added in the stack';

/** Fields of pods that have no counterpart, and why. */
const REASONS: Readonly<Record<string, string>> = {
  affinity: SCHEDULING,
  autoscaling: 'say it by Replicas.onCpu',
  containerSecurityContext: RESTRICTED,
  extraContainers: 'a container beside an agent is a tool placed as a sidecar',
  extraInitContainers: "what prepares an agent's home is a shell command in 'setup' of its runtime",
  horizontalPodAutoscaler: 'say it by Replicas.onCpu',
  imagePullPolicy: 'images are locked by digest, so it makes no difference',
  imagePullSecrets: "the service account or the node's configuration has to know them",
  initContainers: "what prepares an agent's home is a shell command in 'setup' of its runtime",
  labels: 'Fleetwright sets the labels of its objects',
  nodeSelector: SCHEDULING,
  podAnnotations: 'Fleetwright sets the annotations of its objects; patch the object by addJsonPatch',
  podDisruptionBudget: 'Fleetwright makes one where there are several replicas',
  podLabels: 'Fleetwright sets the labels of its objects; patch the object by addJsonPatch',
  podSecurityContext: RESTRICTED,
  restartPolicy: 'it follows from how the agent runs',
  securityContext: RESTRICTED,
  serviceAccountAnnotations: 'each part has a service account of its own, without rights in the cloud',
  serviceAccountName: 'each part has a service account of its own',
  serviceAnnotations: 'Fleetwright makes the Service; patch it by addJsonPatch',
  serviceType: 'Services are for the cluster alone; agents are exposed by their hosts',
  tolerations: SCHEDULING,
  topologySpreadConstraints: SCHEDULING,
  updateStrategy: 'Fleetwright rolls pods over one by one',
  volumeMounts: FILES,
  volumes: FILES,
};

/** Says of each pod field that stands here why it has no counterpart. */
export function leavePodFields(pod: Fields): void {
  for (const [key, reason] of Object.entries(REASONS)) pod.get(key).leave(reason);
}

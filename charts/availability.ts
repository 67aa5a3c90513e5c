import { type Manifest, type ObjectMeta, type Replicas, share } from '../constructs/index.ts';
import type { Labels } from './manifest.ts';

/**
 * A new pod works before an old one goes.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
 */
export const ROLLING = share({ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' });

/** The number of a Deployment's pods; `undefined` where an autoscaler sets it: a number would undo its work at every sync. */
export function fixedCount({ min, targetCpuPercent }: Replicas): number | undefined {
  return targetCpuPercent === undefined ? min : undefined;
}

/**
 * Spreads pods over nodes, as far as there are nodes. `undefined` for a single pod.
 *
 * @param most how many there are at the most
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function spreadOverNodes(pods: Labels, most: number): object[] | undefined {
  if (most < 2) return undefined;
  return [{ labelSelector: { matchLabels: pods }, maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }];
}

/**
 * Lets a drained node take one pod at a time. A single pod may be taken too, and one that does not work always: the drain would
 * not end otherwise.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export function renderDisruptionBudget(metadata: ObjectMeta, pods: Labels): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: pods }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  };
}

/**
 * Keeps a Deployment of the same name as busy as asked for; none when the number of its pods is fixed.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 */
export function renderAutoscaler(metadata: ObjectMeta, { min, max, targetCpuPercent }: Replicas): Manifest[] {
  if (targetCpuPercent === undefined) return [];
  const target = { averageUtilization: targetCpuPercent, type: 'Utilization' };
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        maxReplicas: max,
        metrics: [{ resource: { name: 'cpu', target }, type: 'Resource' }],
        minReplicas: min,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      },
    },
  ];
}

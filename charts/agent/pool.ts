import { QUEUE_FIELD, QUEUE_TOKEN, queueUrl } from '../../controller/contract/index.ts';
import type { Manifest, RunMode } from '../../constructs/index.ts';
import { renderDeployment } from './agent-deployment.ts';
import type { AgentPlace } from './agent-place.ts';
import { agentPod } from './agent-pod.ts';
import { renderDisruptionBudget, spreadOverNodes } from '../availability.ts';
import { objectMeta } from '../manifest.ts';

/** Workers that take tasks from the org's queue: a Deployment whose size follows the queue. */
export function renderPool(place: AgentPlace, mode: RunMode & { kind: 'pool' }, configDigest: string): Manifest[] {
  const { agent, environment, owner, selector } = place;
  const spec = { topologySpreadConstraints: spreadOverNodes(selector, mode.max) };
  return [
    renderDeployment(place, agentPod(place, { configDigest, spec })),
    renderDisruptionBudget(objectMeta(owner, agent.name), selector),
    // Where there is no KEDA, the dispatcher sets the size itself.
    ...(environment.cluster.operators.includes('keda') ? [renderScaler(place, mode)] : []),
  ];
}

/**
 * As many workers as the dispatcher counts unfinished tasks, divided by what one worker takes on.
 *
 * @see https://keda.sh/docs/latest/scalers/metrics-api/
 */
function renderScaler({ agent, namespace, owner }: AgentPlace, { min, max, tasksPerWorker }: RunMode & { kind: 'pool' }): Manifest {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: objectMeta(owner, agent.name),
    spec: {
      maxReplicaCount: max,
      minReplicaCount: min,
      scaleTargetRef: { name: agent.name },
      triggers: [
        {
          authenticationRef: { name: QUEUE_TOKEN.name },
          metadata: {
            authMode: 'bearer',
            targetValue: String(tasksPerWorker),
            url: queueUrl(namespace, agent.name),
            valueLocation: QUEUE_FIELD,
          },
          metricType: 'AverageValue',
          type: 'metrics-api',
        },
      ],
    },
  };
}

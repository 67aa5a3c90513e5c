import { type Manifest, share } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import type { PodTemplate } from './agent-pod.ts';
import { ROLLING } from '../availability.ts';
import { objectMeta } from '../manifest.ts';

/** A volume that one node mounts would keep a new pod on another node waiting for the old one, which waits for the new. */
const RECREATE = share({ type: 'Recreate' });

/**
 * The Deployment of an agent that is always there.
 *
 * @param replicas left out where an autoscaler sets the number
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function renderDeployment({ agent, owner, selector }: AgentPlace, template: PodTemplate, replicas?: number): Manifest {
  const { workspace } = agent;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: objectMeta(owner, agent.name),
    spec: {
      replicas,
      selector: { matchLabels: selector },
      strategy: workspace?.persistent === true && !workspace.shared ? RECREATE : ROLLING,
      template,
    },
  };
}

import { PORTS } from '../../controller/contract/index.ts';
import { type Manifest, type RunMode, share } from '../../constructs/index.ts';
import { renderDeployment } from './agent-deployment.ts';
import type { AgentPlace } from './agent-place.ts';
import { agentPod } from './agent-pod.ts';
import { fixedCount, renderAutoscaler, renderDisruptionBudget, spreadOverNodes } from '../availability.ts';
import { hasSignIn, renderRoute } from './exposure.ts';
import { objectMeta } from '../manifest.ts';

const WORKER_PORT = share({ name: 'http', port: PORTS.worker, targetPort: PORTS.worker });
const SIGN_IN_PORT = share({ name: 'sign-in', port: PORTS.signIn, targetPort: PORTS.signIn });

/** An agent that is always there: Deployment, Service, disruption budget, and an autoscaler and a route where asked for. */
export function renderService(place: AgentPlace, { replicas }: RunMode & { kind: 'service' }, configDigest: string): Manifest[] {
  const { agent, owner, selector } = place;
  const { name } = agent;
  const spec = { topologySpreadConstraints: spreadOverNodes(selector, replicas.max) };
  return [
    renderDeployment(place, agentPod(place, { configDigest, spec }), fixedCount(replicas)),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: objectMeta(owner, name),
      spec: { ports: hasSignIn(place) ? [WORKER_PORT, SIGN_IN_PORT] : [WORKER_PORT], selector },
    },
    renderDisruptionBudget(objectMeta(owner, name), selector),
    ...renderAutoscaler(objectMeta(owner, name), replicas),
    ...renderRoute(place),
  ];
}

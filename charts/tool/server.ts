import { PORTS } from '../../controller/contract/index.ts';
import type { Manifest, Replicas } from '../../constructs/index.ts';
import { fixedCount, renderAutoscaler, renderDisruptionBudget, ROLLING, spreadOverNodes } from '../availability.ts';
import { type Component, type Labels, objectMeta, type Owner, reachLabel, selectorOf } from '../manifest.ts';
import { localPods, renderNetworkPolicy, tcp } from '../network-policy.ts';
import type { PartEgress } from '../egress/part-egress.ts';
import { renderServiceAccount } from '../service-account.ts';

/** Pods that serve others of their org. */
export interface ServerOptions {
  readonly component: Component;
  readonly name: string;
  readonly owner: Owner;
  readonly egress: PartEgress;
  /** The Secrets of its own. */
  readonly credentials: readonly Manifest[];
  readonly replicas: Replicas;
  /** What else its Deployment says. */
  readonly annotations?: Labels | undefined;
  readonly podSpec: object;
}

/** Everything that a server consists of. Who carries its reach label may call it, at port 8080; nobody else. */
export function renderServer(options: ServerOptions): Manifest[] {
  const { component, name, owner, egress, credentials, replicas } = options;
  const metadata = objectMeta(owner, name);
  const selector = selectorOf(component, name);
  return [
    renderNetworkPolicy({
      egress: egress.rules,
      ingress: [{ peers: [localPods({ [reachLabel(name)]: 'allowed' })], ports: [tcp(PORTS.worker)] }],
      metadata: objectMeta(owner, name, { annotations: egress.annotations }),
      pods: selector,
    }),
    ...egress.objects,
    renderServiceAccount(owner, name),
    ...credentials,
    renderDeployment(options, selector),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'http', port: PORTS.worker, targetPort: PORTS.worker }], selector },
    },
    renderDisruptionBudget(metadata, selector),
    ...renderAutoscaler(metadata, replicas),
  ];
}

function renderDeployment({ name, owner, egress, replicas, annotations, podSpec }: ServerOptions, selector: Labels): Manifest {
  const topologySpreadConstraints = spreadOverNodes(selector, replicas.max);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: objectMeta(owner, name, { annotations }),
    spec: {
      replicas: fixedCount(replicas),
      selector: { matchLabels: selector },
      strategy: ROLLING,
      template: { metadata: { labels: { ...owner.labels, ...egress.podLabels } }, spec: { ...podSpec, topologySpreadConstraints } },
    },
  };
}

import { Cpu, type Manifest, type Org, Probe, Size } from '../../constructs/index.ts';
import { objectMeta, ownerOf, selectorOf, WAVES } from '../manifest.ts';
import { localPods, renderNetworkPolicy, tcp } from '../network-policy.ts';
import { CONTAINER_SECURITY, imageOf, POD_DEFAULTS, renderProbes, renderResources } from '../pod.ts';
import { renderServiceAccount } from '../service-account.ts';

const NAME = 'gateway-cache';
const PORT = 6379;
const SELECTOR = selectorOf('cache', NAME);
const RESOURCES = renderResources({ cpu: Cpu.millis(50), memory: Size.mebibytes(256), ephemeralStorage: Size.mebibytes(16) });
const PROBES = { liveness: Probe.tcp(), readiness: Probe.tcp(), startup: Probe.tcp({ failures: 30 }) };

/** Nothing is written to disk, and what was not used for longest goes first: every pod of the gateway can do without what it holds. */
const COMMAND = [
  'redis-server',
  '--save',
  '',
  '--appendonly',
  'no',
  '--dir',
  '/data',
  '--maxmemory',
  '192mb',
  '--maxmemory-policy',
  'allkeys-lru',
  '--protected-mode',
  'no',
];

/** Where the gateway finds its Redis. */
export function cacheAddress(org: Org): { host: string; port: number } {
  return { host: `${NAME}.${org.name}.svc.cluster.local`, port: PORT };
}

/** To the gateway's Redis. */
export const TO_CACHE = { peers: [localPods(SELECTOR)], ports: [tcp(PORT)] } as const;

/** The Redis in which the gateway's pods share answers, what was spent and how often was called. Only they reach it. */
export function renderGatewayCache(org: Org): Manifest[] {
  const owner = ownerOf('cache', NAME, org.name, WAVES.gateways);
  const metadata = objectMeta(owner, NAME);
  const ingress = [{ peers: [localPods(selectorOf('gateway', 'gateway'))], ports: [tcp(PORT)] }] as const;
  const container = {
    command: COMMAND,
    image: imageOf(org.fleet.environment, 'redis'),
    ...renderProbes(PROBES, PORT),
    name: 'redis',
    ports: [{ containerPort: PORT }],
    resources: RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ mountPath: '/data', name: 'data' }],
  };
  const spec = {
    ...POD_DEFAULTS,
    containers: [container],
    serviceAccountName: NAME,
    volumes: [{ emptyDir: { sizeLimit: '16Mi' }, name: 'data' }],
  };
  return [
    renderNetworkPolicy({ egress: [], ingress, metadata, pods: SELECTOR }),
    renderServiceAccount(owner, NAME),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: SELECTOR },
        // Two at a time would count apart.
        strategy: { type: 'Recreate' },
        template: { metadata: { labels: owner.labels }, spec },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'redis', port: PORT, targetPort: PORT }], selector: SELECTOR } },
  ];
}

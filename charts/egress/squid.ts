import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { Cpu, Duration, type Environment, type Manifest, Probe, type Org, Size } from '../../constructs/index.ts';
import { renderDisruptionBudget, ROLLING, spreadOverNodes } from '../availability.ts';
import { credentialsName, EGRESS_PORT } from './egress-client.ts';
import type { EgressClient } from './egress-intents.ts';
import { objectMeta, type Owner, ownerOf, reachLabel, selectorOf, WAVES } from '../manifest.ts';
import { localPods, type Peer, renderNetworkPolicy, type Rule, tcp } from '../network-policy.ts';
import { CONTAINER_SECURITY, imageOf, POD_DEFAULTS, renderProbes, renderResources } from '../pod.ts';
import { forbiddenRanges } from './private-addresses.ts';
import { renderServiceAccount } from '../service-account.ts';
import { renderSquidConfig, SQUID_PATHS } from './squid-config.ts';
import { PASSWORD_CHECK } from './squid-password-check.ts';

const NAME = 'egress';
const SELECTOR = selectorOf('egress', NAME);
const REPLICAS = 2;
const CONFIG_HASH = 'fleetwright.dev/config';
const RESOURCES = renderResources({ cpu: Cpu.millis(100), memory: Size.mebibytes(256), ephemeralStorage: Size.mebibytes(64) });
const PROBES = { liveness: Probe.tcp(), readiness: Probe.tcp(), startup: Probe.tcp({ failures: 60, period: Duration.seconds(1) }) };

/** The org's egress proxy: two squids that let each client to its own hosts only. */
export function renderSquid(org: Org, clients: readonly EgressClient[]): Manifest[] {
  const { environment } = org.fleet;
  const owner = ownerOf('egress', NAME, org.name, WAVES.gateways);
  const metadata = objectMeta(owner, NAME);
  const config = renderSquidConfig({ clients, forbidden: forbiddenRanges(environment), org: org.name });
  const data = { [posix.basename(SQUID_PATHS.passwordCheck)]: PASSWORD_CHECK, [posix.basename(SQUID_PATHS.config)]: config };
  return [
    renderNetworkPolicy({
      egress: [internetRule(environment, clients)],
      ingress: [{ peers: [localPods({ [reachLabel(NAME)]: 'allowed' })], ports: [tcp(EGRESS_PORT)] }],
      metadata,
      pods: SELECTOR,
    }),
    renderServiceAccount(owner, NAME),
    { apiVersion: 'v1', data, kind: 'ConfigMap', metadata },
    renderDeployment(owner, podSpec(environment, clients), hash('sha256', JSON.stringify(data))),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'proxy', port: EGRESS_PORT, targetPort: EGRESS_PORT }], selector: SELECTOR },
    },
    renderDisruptionBudget(metadata, SELECTOR),
  ];
}

/** A second wall behind squid's own rules: public addresses only, at ports that somebody needs. */
function internetRule(environment: Environment, clients: readonly EgressClient[]): Rule {
  const { ipv4, ipv6 } = forbiddenRanges(environment);
  const internet: [Peer, Peer] = [{ ipBlock: { cidr: '0.0.0.0/0', except: ipv4 } }, { ipBlock: { cidr: '::/0', except: ipv6 } }];
  const ports = new Set(clients.flatMap(({ intents }) => intents.flatMap((intent) => intent.ports)));
  return { peers: internet, ports: [...ports].sort((a, b) => a - b).map(tcp) };
}

/**
 * Squid takes a new configuration by a restart: told to read it anew, it would refuse connections for a moment. New
 * passwords need no restart.
 */
function renderDeployment(owner: Owner, spec: object, configHash: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: objectMeta(owner, NAME),
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: SELECTOR },
      strategy: ROLLING,
      template: { metadata: { annotations: { [CONFIG_HASH]: configHash.slice(0, 16) }, labels: { ...owner.labels } }, spec },
    },
  };
}

function podSpec(environment: Environment, clients: readonly EgressClient[]): object {
  return {
    ...POD_DEFAULTS,
    containers: [squidContainer(environment)],
    serviceAccountName: NAME,
    // Longer than squid waits for open connections when it is stopped.
    terminationGracePeriodSeconds: 45,
    topologySpreadConstraints: spreadOverNodes(SELECTOR, REPLICAS),
    volumes: [
      { configMap: { defaultMode: 0o444, name: NAME }, name: 'conf' },
      { name: 'agents', projected: { defaultMode: 0o440, sources: clients.map(passwordSource) } },
      { emptyDir: { medium: 'Memory', sizeLimit: '16Mi' }, name: 'shm' },
    ],
  };
}

/** Optional, so that one missing password keeps nobody but its owner from going out. */
function passwordSource({ id }: EgressClient): object {
  return { secret: { items: [{ key: 'egress-password', path: id }], name: credentialsName(id), optional: true } };
}

function squidContainer(environment: Environment): object {
  return {
    command: ['squid', '-n', NAME, '-N', '-f', SQUID_PATHS.config],
    image: imageOf(environment, 'squid'),
    // Time for the Service to send nobody new here.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    ...renderProbes(PROBES, EGRESS_PORT),
    name: 'squid',
    ports: [{ containerPort: EGRESS_PORT }],
    resources: RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { mountPath: '/dev/shm', name: 'shm' },
      { mountPath: SQUID_PATHS.passwords, name: 'agents', readOnly: true },
      { mountPath: posix.dirname(SQUID_PATHS.config), name: 'conf', readOnly: true },
    ],
  };
}

import type { Egress, Manifest, ObjectMeta, Org, PodPeer } from '../../constructs/index.ts';
import { hostPattern } from './host-pattern.ts';
import { type Labels, objectMeta, ownerOf, WAVES } from '../manifest.ts';
import { specialRangesExcept } from './private-addresses.ts';

/** A part and the names that it reaches. */
export interface CiliumPolicyOptions {
  readonly metadata: ObjectMeta;
  /** Labels of the part's pods. */
  readonly pods: Labels;
  /** The cluster's DNS. */
  readonly dns: PodPeer;
  readonly intents: readonly Egress[];
  /** The API server's port, if the part may talk to it. */
  readonly apiPort: number | undefined;
}

/**
 * A way out by names, whose addresses Cilium learns from the answers of DNS.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based
 */
export function renderCiliumPolicy({ metadata, pods, dns, intents, apiPort }: CiliumPolicyOptions): Manifest {
  const names = intents.length === 0 ? [] : [watchDns(dns), ...intents.map(allowNames)];
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata,
    spec: { egress: apiPort === undefined ? names : [...names, allowApiServer(apiPort)], endpointSelector: { matchLabels: pods } },
  };
}

/**
 * Refuses an org's pods all addresses that are not public, whatever name leads there: a refusal goes before what other
 * policies allow. It does not touch pods, which Cilium does not know by address. API servers are left out, as nobody
 * reaches them but the few agents whose policies allow it.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/#deny-policies
 */
export function renderCiliumDeny(org: Org): Manifest {
  const toCIDRSet = specialRangesExcept(org.fleet.environment.cluster.apiServer.cidrs);
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: objectMeta(ownerOf('egress', 'egress', org.name, WAVES.policies), 'egress'),
    spec: { egressDeny: [{ toCIDRSet }], endpointSelector: {} },
  };
}

/** Any name may be asked for, as for all pods. The rule is here so that Cilium reads the answers. */
function watchDns({ namespace, labels }: PodPeer): object {
  return {
    toEndpoints: [{ matchLabels: { ...labels, 'k8s:io.kubernetes.pod.namespace': namespace } }],
    toPorts: [
      {
        ports: [
          { port: '53', protocol: 'TCP' },
          { port: '53', protocol: 'UDP' },
        ],
        rules: { dns: [{ matchPattern: '*' }] },
      },
    ],
  };
}

/**
 * The addresses of a NetworkPolicy are not enough here: as a rule they do not stand for the cluster's own nodes.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#entities-based
 */
function allowApiServer(port: number): object {
  return { toEntities: ['kube-apiserver'], toPorts: [{ ports: [{ port: String(port), protocol: 'TCP' }] }] };
}

function allowNames(intent: Egress): object {
  const { host, depth, ports, methods } = intent;
  const name = depth === 'exact' ? { matchName: host } : { matchPattern: depth === 'one' ? `*.${host}` : `**.${host}` };
  const http = methods.map((method) => ({ host: hostPattern(intent), method }));
  return {
    toFQDNs: [name],
    toPorts: [{ ports: ports.map((port) => ({ port: String(port), protocol: 'TCP' })), rules: http.length === 0 ? undefined : { http } }],
  };
}

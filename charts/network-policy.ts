import { type Environment, type Manifest, type ObjectMeta, type PodPeer, share } from '../constructs/index.ts';
import type { Labels } from './manifest.ts';

/** Who may be talked to, and on which TCP ports. There is no way to say 'anyone'. */
export interface Rule {
  readonly peers: readonly [Peer, ...Peer[]];
  readonly ports: readonly Port[];
}

/** A set of pods, or a range of addresses. */
export type Peer =
  | { readonly podSelector: { readonly matchLabels: Labels }; readonly namespaceSelector?: { readonly matchLabels: Labels } }
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } };

/** A port of the peer. */
export interface Port {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** What `renderNetworkPolicy` needs. */
export interface NetworkPolicyOptions {
  readonly metadata: ObjectMeta;
  /** Labels of the pods that the policy is for. */
  readonly pods: Labels;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

const BOTH_WAYS = share(['Ingress', 'Egress']);

/**
 * Lets some pods talk to their peers, both ways. As everything else is denied in the namespace, an empty list means nobody.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function renderNetworkPolicy({ metadata, pods, ingress, egress }: NetworkPolicyOptions): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      // The server drops empty lists, and would find an object that has one changed at each apply.
      egress: egress.length === 0 ? undefined : egress.map(({ peers, ports }) => ({ ports, to: peers })),
      ingress: ingress.length === 0 ? undefined : ingress.map(({ peers, ports }) => ({ from: peers, ports })),
      podSelector: { matchLabels: pods },
      policyTypes: BOTH_WAYS,
    },
  };
}

/** A TCP port. */
export function tcp(port: number): Port {
  return { port, protocol: 'TCP' };
}

/** Pods of the same namespace that carry these labels. */
export function localPods(labels: Labels): Peer {
  return { podSelector: { matchLabels: labels } };
}

/** Pods of a named namespace. */
export function podsIn({ namespace, labels }: PodPeer): Peer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: labels } };
}

/** The Kubernetes API, by the addresses that the environment names. */
export function apiServerRules({ cluster: { apiServer } }: Environment): Rule[] {
  const [first, ...others] = apiServer.cidrs.map((cidr): Peer => ({ ipBlock: { cidr } }));
  return first === undefined ? [] : [{ peers: [first, ...others], ports: [tcp(apiServer.port)] }];
}

/** The cluster's DNS pods, by UDP and TCP. */
export function dnsRule(dns: PodPeer): Rule {
  return {
    peers: [podsIn(dns)],
    ports: [
      { port: 53, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ],
  };
}

import type { Manifest, Org } from '../../constructs/index.ts';
import { objectMeta, ownerOf, WAVES } from '../manifest.ts';
import { dnsRule } from '../network-policy.ts';

/**
 * Denies all pods of an org everything, both ways, except to ask for names. Other policies add to it.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic
 */
export function renderDefaultDeny(org: Org): Manifest {
  const { peers, ports } = dnsRule(org.fleet.environment.cluster.dns);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: objectMeta(ownerOf('org', org.name, org.name, WAVES.policies), 'default'),
    spec: { egress: [{ ports, to: peers }], podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

import { fleetParts } from '../../charts/index.ts';
import type { ClusterProfile, Fleet, Operator } from '../../constructs/index.ts';

/** Kinds of API objects, by `<group>/<version>`: `keda.sh/v1alpha1` → `ScaledObject`. */
export type Kinds = ReadonlyMap<string, ReadonlySet<string>>;

type Capability = Operator | 'cilium' | 'external' | 'gateway' | 'generated' | 'sops';

/** What each capability of an environment stands for, in the versions in which it is rendered. */
export const CAPABILITY_KINDS: Readonly<Record<Capability, Readonly<Record<string, readonly string[]>>>> = {
  cnpg: { 'postgresql.cnpg.io/v1': ['Cluster'] },
  keda: { 'keda.sh/v1alpha1': ['ScaledObject', 'TriggerAuthentication'] },
  'agent-sandbox': { 'agents.x-k8s.io/v1beta1': ['Sandbox'], 'extensions.agents.x-k8s.io/v1beta1': ['SandboxTemplate', 'SandboxWarmPool'] },
  cilium: { 'cilium.io/v2': ['CiliumNetworkPolicy'] },
  gateway: { 'gateway.networking.k8s.io/v1': ['HTTPRoute'] },
  sops: { 'isindir.github.com/v1alpha3': ['SopsSecret'] },
  external: { 'external-secrets.io/v1': ['ExternalSecret'] },
  generated: { 'generators.external-secrets.io/v1alpha1': ['Password'] },
};

/** The kinds that a cluster must know: those that its environment says it has, and those that its fleet renders. */
export function neededKinds(cluster: ClusterProfile, fleet: Fleet | undefined): Kinds {
  const kinds = new Map<string, Set<string>>();
  const add = (apiVersion: string, kind: string) => kinds.set(apiVersion, (kinds.get(apiVersion) ?? new Set<string>()).add(kind));
  for (const capability of capabilitiesOf(cluster)) {
    for (const [apiVersion, names] of Object.entries(CAPABILITY_KINDS[capability])) for (const kind of names) add(apiVersion, kind);
  }
  for (const part of fleet === undefined ? [] : fleetParts(fleet)) {
    // Argo CD may run in another cluster than the fleet.
    if (part.manifest && !part.file.includes('/_argocd/')) for (const { apiVersion, kind } of part.render()) add(apiVersion, kind);
  }
  return kinds;
}

function capabilitiesOf({ operators, egress, ingress, secrets }: ClusterProfile): Capability[] {
  const capabilities: Capability[] = [...operators];
  if (egress.backend === 'cilium') capabilities.push('cilium');
  if (ingress?.kind === 'gateway') capabilities.push('gateway');
  if (secrets.sops) capabilities.push('sops');
  if (secrets.external !== undefined) capabilities.push('external');
  if (secrets.credentials === 'generated') capabilities.push('generated');
  return capabilities;
}

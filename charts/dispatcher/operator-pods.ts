import type { Environment, PodPeer } from '../../constructs/index.ts';

/** Where the manifests of the operators' projects put their pods. */
const USUAL = {
  cnpg: { labels: { 'app.kubernetes.io/name': 'cloudnative-pg' }, namespace: 'cnpg-system' },
  keda: { labels: { 'app.kubernetes.io/name': 'keda-operator' }, namespace: 'keda' },
} as const;

/** The pods of an operator that talks to what it runs. */
export function operatorPods({ cluster }: Environment, operator: 'cnpg' | 'keda'): PodPeer {
  return cluster.operatorPods?.[operator] ?? USUAL[operator];
}

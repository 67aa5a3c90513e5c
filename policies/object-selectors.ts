import { type Fields, fieldsOf, isFields, itemsOf } from './fields.ts';
import type { SeenObject } from './rule.ts';

/** Labels by which an object chooses pods of its own namespace, and where it says so. */
export interface PodSelector {
  readonly labels: Fields;
  readonly field: string;
}

/**
 * What an object is for: the pods that it chooses, and those that its own pods must reach. A peer that may come in and does
 * not exist is not among them: nobody misses it.
 */
export function selectorsOf({ groupKind, manifest }: SeenObject): readonly PodSelector[] {
  const spec = fieldsOf(manifest['spec']);
  switch (groupKind) {
    case 'Service':
      return byMap(spec['selector'], 'spec.selector');
    case 'policy/PodDisruptionBudget':
      return byLabels(spec['selector'], 'spec.selector');
    case 'networking.k8s.io/NetworkPolicy':
      return [...byLabels(spec['podSelector'], 'spec.podSelector'), ...egressPeers(spec)];
    default:
      return NONE;
  }
}

const NONE: readonly PodSelector[] = Object.freeze([]);

/** An empty selector means all pods, and expressions are not judged. */
function byLabels(selector: unknown, field: string): readonly PodSelector[] {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return matchExpressions === undefined ? byMap(matchLabels, `${field}.matchLabels`) : NONE;
}

function byMap(labels: unknown, field: string): readonly PodSelector[] {
  if (!isFields(labels)) return NONE;
  for (const _ in labels) return [{ field, labels }];
  return NONE;
}

function egressPeers({ egress }: Fields): PodSelector[] {
  const selectors: PodSelector[] = [];
  const rules = itemsOf(egress);
  for (let r = 0; r < rules.length; r++) {
    const peers = itemsOf(rules[r]?.['to']);
    for (let p = 0; p < peers.length; p++) {
      const { namespaceSelector, podSelector } = peers[p] as Fields;
      if (namespaceSelector === undefined) selectors.push(...byLabels(podSelector, `spec.egress[${r}].to[${p}].podSelector`));
    }
  }
  return selectors;
}

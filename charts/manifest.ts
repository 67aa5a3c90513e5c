import { type ObjectMeta, share } from '../constructs/index.ts';

/**
 * The order in which Argo CD applies what stands in one Application.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export const WAVES = { namespace: -20, policies: -15, secrets: -10, gateways: -5, tools: 0, agents: 5 } as const;

/** What an object belongs to within its org. */
export type Component = 'agent' | 'broker' | 'cache' | 'dispatcher' | 'egress' | 'gateway' | 'org' | 'tool';

/** Labels as Kubernetes tools expect them. */
export type Labels = Readonly<Record<string, string>>;

/** The annotation that orders what Argo CD applies. */
export const WAVE = 'argocd.argoproj.io/sync-wave';

/** What `ownerOf` and `objectMeta` need to know of the part that an object is made for. */
export interface Owner {
  readonly labels: Labels;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/**
 * The labels, namespace and sync wave that all objects of a part have in common.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function ownerOf(component: Component, name: string, namespace: string, wave: number): Owner {
  return {
    annotations: wave === 0 ? undefined : annotationsOf(wave),
    labels: {
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/managed-by': 'fleetwright',
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/part-of': namespace,
    },
    namespace,
  };
}

/** The metadata that was made last: most objects of a part have the part's own name, and so the same. */
let last: { readonly owner: Owner; readonly metadata: ObjectMeta } | undefined;

/** The annotations of each wave are the same for all parts of it. */
const annotations = new Map<number, Labels>();

function annotationsOf(wave: number): Labels {
  let known = annotations.get(wave);
  if (known === undefined) annotations.set(wave, (known = share({ [WAVE]: String(wave) })));
  return known;
}

/** `metadata` of one object of a part. Extra labels and annotations come on top. */
export function objectMeta(owner: Owner, name: string, extra: Partial<Pick<ObjectMeta, 'annotations' | 'labels'>> = {}): ObjectMeta {
  if (extra.annotations !== undefined || extra.labels !== undefined) return metadataOf(owner, name, extra);
  if (last?.owner !== owner || last.metadata.name !== name) last = { metadata: metadataOf(owner, name, extra), owner };
  return last.metadata;
}

function metadataOf(owner: Owner, name: string, extra: Partial<Pick<ObjectMeta, 'annotations' | 'labels'>>): ObjectMeta {
  return {
    annotations: extra.annotations === undefined ? owner.annotations : { ...owner.annotations, ...extra.annotations },
    labels: extra.labels === undefined ? owner.labels : { ...owner.labels, ...extra.labels },
    name,
    namespace: owner.namespace,
  };
}

/** The labels by which Services, policies and workloads select a part's pods. Never changed: selectors are immutable. */
export function selectorOf(component: Component, name: string): Labels {
  return { 'app.kubernetes.io/component': component, 'app.kubernetes.io/name': name };
}

/**
 * The label of pods that may reach a part of their org. Who is reached admits by it, so that its objects do not change
 * when another agent is given it.
 */
export function reachLabel(id: string): string {
  return `reach.fleetwright.dev/${id}`;
}

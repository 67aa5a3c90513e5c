import type { Manifest } from '../constructs/index.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';

/** A pod as a workload describes it. */
export interface Pod {
  readonly metadata: Fields;
  readonly spec: Fields;
  /** Path of what holds both, with a dot at its end: `spec.template.`; empty for a Pod. */
  readonly at: string;
  /** All containers, in the order in which they start. */
  readonly containers: readonly Container[];
}

/** One container of a pod. */
export interface Container {
  readonly fields: Fields;
  readonly list: (typeof LISTS)[number];
  readonly index: number;
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Where kinds describe pods, by what `groupKindOf` calls them. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ['ReplicationController', ['spec', 'template']],
  ['agents.x-k8s.io/Sandbox', ['spec', 'podTemplate']],
  ['apps/DaemonSet', ['spec', 'template']],
  ['apps/Deployment', ['spec', 'template']],
  ['apps/ReplicaSet', ['spec', 'template']],
  ['apps/StatefulSet', ['spec', 'template']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['batch/Job', ['spec', 'template']],
  ['extensions.agents.x-k8s.io/SandboxTemplate', ['spec', 'podTemplate']],
]);

/** The kinds that describe pods. */
export const POD_KINDS: readonly string[] = [...TEMPLATES.keys()];

/** The steps to the pod that a kind describes; `undefined` for other kinds. */
export function podTemplateOf(groupKind: string): readonly string[] | undefined {
  return TEMPLATES.get(groupKind);
}

/** The pod that an object describes at `template`. */
export function readPod(manifest: Manifest, template: readonly string[]): Pod {
  let holder: Fields = manifest;
  let at = '';
  for (const step of template) {
    holder = fieldsOf(holder[step]);
    at += `${step}.`;
  }
  const spec = fieldsOf(holder['spec']);
  const containers: Container[] = [];
  for (const list of LISTS) {
    const items = itemsOf(spec[list]);
    for (let index = 0; index < items.length; index++) containers.push({ fields: items[index] as Fields, list, index });
  }
  return { at, containers, metadata: fieldsOf(holder['metadata']), spec };
}

/** Path of a field of the pod's spec. */
export function inPod(pod: Pod, field: string): string {
  return `${pod.at}spec.${field}`;
}

/** Path of a field of a container; of the container itself without one. */
export function inContainer(pod: Pod, { list, index }: Container, field = ''): string {
  return `${pod.at}spec.${list}[${index}]${field === '' ? '' : `.${field}`}`;
}

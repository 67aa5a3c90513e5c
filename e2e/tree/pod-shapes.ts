import type { ApiObject } from '../cluster/index.ts';
import { fieldOf, isRecord, nameOf } from './fields.ts';

/** Where each kind keeps the template of its pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  PodTemplate: ['template'],
  ReplicaSet: ['spec', 'template'],
  Sandbox: ['spec', 'podTemplate'],
  SandboxTemplate: ['spec', 'podTemplate'],
  StatefulSet: ['spec', 'template'],
};

/** What some object makes pods from. */
export interface PodShape {
  /** The object, for messages. */
  readonly owner: string;
  readonly kind: string;
  readonly namespace: string;
  readonly template: PodTemplate;
}

/** Metadata and spec of a pod to be. */
export interface PodTemplate {
  readonly metadata: { readonly labels?: unknown; readonly annotations?: unknown };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Every pod shape among these objects, pods themselves included. */
export function podShapes(objects: readonly ApiObject[]): PodShape[] {
  return objects.flatMap((object) => {
    const template = object.kind === 'Pod' ? object : fieldOf(object, ...(TEMPLATES[object.kind] ?? ['none']));
    const spec = fieldOf(template, 'spec');
    if (!isRecord(spec)) return [];
    const { labels, annotations } = (fieldOf(template, 'metadata') ?? {}) as PodTemplate['metadata'];
    const { namespace = 'default' } = object.metadata;
    return [{ owner: nameOf(object), kind: object.kind, namespace, template: { metadata: { labels, annotations }, spec } }];
  });
}

/** A pod of this shape. */
export function podOf({ namespace, template }: PodShape, name: string): ApiObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name, namespace }, spec: template.spec };
}

/** A job that runs one pod of this shape to its end. */
export function jobOf({ namespace, template }: PodShape, name: string): ApiObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec: { template, backoffLimit: 0 } };
}

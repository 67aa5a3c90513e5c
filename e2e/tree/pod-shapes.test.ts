import { describe, expect, it } from 'vitest';
import { jobOf, podOf, podShapes } from './pod-shapes.ts';

const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [] } };
const object = (apiVersion: string, kind: string, fields: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'a', namespace: 'n' },
  ...fields,
});

describe('podShapes', () => {
  it.each([
    object('apps/v1', 'Deployment', { spec: { template } }),
    object('apps/v1', 'StatefulSet', { spec: { template } }),
    object('batch/v1', 'Job', { spec: { template } }),
    object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }),
    object('v1', 'PodTemplate', { template }),
    object('agents.x-k8s.io/v1beta1', 'Sandbox', { spec: { podTemplate: template } }),
    object('extensions.agents.x-k8s.io/v1beta1', 'SandboxTemplate', { spec: { podTemplate: template } }),
  ])('finds the template of a $kind', (owner) => {
    expect(podShapes([owner])).toEqual([
      {
        owner: `${owner.kind} n/a`,
        kind: owner.kind,
        namespace: 'n',
        template: { metadata: { labels: { app: 'a' } }, spec: template.spec },
      },
    ]);
  });

  it('finds nothing in what makes no pods', () => {
    expect(podShapes([object('v1', 'Service', { spec: { ports: [] } })])).toEqual([]);
  });

  it('becomes a pod or a job', () => {
    const [shape] = podShapes([object('v1', 'PodTemplate', { template })]);
    if (shape === undefined) throw new Error('no shape');
    expect(podOf(shape, 'p').metadata).toEqual({ name: 'p', namespace: 'n', labels: { app: 'a' } });
    expect(jobOf(shape, 'j')).toMatchObject({
      kind: 'Job',
      metadata: { name: 'j', namespace: 'n' },
      spec: { template: { spec: template.spec } },
    });
  });
});

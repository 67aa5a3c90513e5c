import { describe, expect, it } from 'vitest';
import { Duration, Replicas, Run, Size, Workspace } from '../../constructs/index.ts';
import { anAgent, anOrg } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

function render(run: Run, workspace?: Workspace) {
  return renderAgent(anAgent(anOrg(), 'greeter', { run, workspace }));
}

const VOLUME = Workspace.volume({ size: Size.gibibytes(2) });
const SHARED = Workspace.volume({ shared: true, size: Size.gibibytes(2) });

describe('a service', () => {
  it('has as many replicas as asked for, spread over nodes when more than one', () => {
    const many = only(render(Run.service({ replicas: Replicas.fixed(3) })), 'Deployment');
    expect(dig(many, 'spec', 'replicas')).toBe(3);
    expect(dig(many, 'spec', 'template', 'spec', 'topologySpreadConstraints', 0, 'topologyKey')).toBe('kubernetes.io/hostname');
    const one = only(render(Run.service()), 'Deployment');
    expect(dig(one, 'spec', 'replicas')).toBe(1);
    expect(dig(one, 'spec', 'template', 'spec', 'topologySpreadConstraints')).toBeUndefined();
  });

  it('leaves the number of replicas to the autoscaler', () => {
    const manifests = render(Run.service({ replicas: Replicas.onCpu({ max: 9, min: 2, targetPercent: 60 }) }));
    expect(dig(only(manifests, 'Deployment'), 'spec', 'replicas')).toBeUndefined();
    expect(only(manifests, 'HorizontalPodAutoscaler').spec).toEqual({
      maxReplicas: 9,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60, type: 'Utilization' } }, type: 'Resource' }],
      minReplicas: 2,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'greeter' },
    });
  });

  it('lets a drain take one pod at a time', () => {
    expect(only(render(Run.service()), 'PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('serves the worker', () => {
    expect(dig(only(render(Run.service()), 'Service'), 'spec', 'ports')).toEqual([{ name: 'http', port: 8080, targetPort: 8080 }]);
  });

  it.each([
    ['RollingUpdate', undefined],
    ['RollingUpdate', Workspace.scratch(Size.gibibytes(1))],
    ['RollingUpdate', SHARED],
    ['Recreate', VOLUME],
  ])('is updated by %s', (type, workspace) => {
    expect(dig(only(render(Run.service(), workspace), 'Deployment'), 'spec', 'strategy', 'type')).toBe(type);
  });
});

describe('a pool', () => {
  it('is spread over nodes when it can be more than one', () => {
    const spreadOf = (max: number) => podOf(render(Run.pool({ max }))).spec.topologySpreadConstraints;
    expect(spreadOf(1)).toBeUndefined();
    expect(dig(spreadOf(2), 0, 'labelSelector', 'matchLabels', 'app.kubernetes.io/name')).toBe('greeter');
  });

  it('is as big as the queue asks for', () => {
    const manifests = render(Run.pool({ max: 40, min: 1, tasksPerWorker: 3 }));
    expect(dig(only(manifests, 'Deployment'), 'spec', 'replicas')).toBeUndefined();
    expect(only(manifests, 'ScaledObject')).toMatchObject({
      apiVersion: 'keda.sh/v1alpha1',
      spec: {
        maxReplicaCount: 40,
        minReplicaCount: 1,
        scaleTargetRef: { name: 'greeter' },
        triggers: [
          {
            metadata: {
              targetValue: '3',
              url: 'http://dispatcher.fleetwright.svc.cluster.local:8080/v1/orgs/acme/agents/greeter/queue',
              valueLocation: 'unfinished',
            },
            metricType: 'AverageValue',
            type: 'metrics-api',
          },
        ],
      },
    });
  });
});

describe('a job', () => {
  const manifests = render(Run.job({ deadline: Duration.minutes(20), keepFinished: Duration.hours(2), retries: 4 }));

  it('tells the dispatcher its limits', () => {
    expect(only(manifests, 'PodTemplate').metadata.annotations).toMatchObject({
      'fleetwright.dev/deadline-seconds': '1200',
      'fleetwright.dev/keep-finished-seconds': '7200',
      'fleetwright.dev/retries': '4',
    });
  });

  it('is not restarted in its pod', () => {
    expect(podOf(manifests).spec.restartPolicy).toBe('Never');
  });

  it('finds the event of its run beside its configuration', () => {
    const config = podOf(manifests).spec.volumes.find(({ name }) => name === 'config');
    expect(dig(config, 'projected', 'sources')).toEqual([
      { configMap: { name: 'greeter' } },
      { downwardAPI: { items: [{ fieldRef: { fieldPath: "metadata.annotations['fleetwright.dev/event']" }, path: 'event.json' }] } },
    ]);
  });
});

describe('a schedule', () => {
  it('says everything that a CronJob needs', () => {
    const run = Run.schedule('30 6 * * 1-5', {
      deadline: Duration.minutes(10),
      keepFinished: Duration.hours(1),
      retries: 2,
      suspended: true,
      timeZone: 'Europe/Berlin',
      whileRunning: 'Replace',
    });
    expect(only(render(run), 'CronJob').spec).toMatchObject({
      concurrencyPolicy: 'Replace',
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { activeDeadlineSeconds: 600, backoffLimit: 2, ttlSecondsAfterFinished: 3600 } },
      schedule: '30 6 * * 1-5',
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 3,
      suspend: true,
      timeZone: 'Europe/Berlin',
    });
    expect(podOf(render(run)).spec.restartPolicy).toBe('Never');
  });
});

describe('a sandbox', () => {
  it('is made from a template that leaves the network to us and DNS to the cluster', () => {
    const template = only(render(Run.sandbox()), 'SandboxTemplate');
    expect(template.apiVersion).toBe('extensions.agents.x-k8s.io/v1beta1');
    expect(template.spec).toMatchObject({ networkPolicyManagement: 'Unmanaged', podTemplate: { spec: { dnsPolicy: 'ClusterFirst' } } });
  });

  it.each([0, 3])('keeps %d ready', (warm) => {
    const pool = only(render(Run.sandbox({ warm })), 'SandboxWarmPool');
    expect(pool.spec).toEqual({ replicas: warm, sandboxTemplateRef: { name: 'greeter' }, updateStrategy: { type: 'Recreate' } });
  });

  it('claims a workspace of its own', () => {
    const manifests = render(Run.sandbox(), VOLUME);
    expect(dig(only(manifests, 'SandboxTemplate'), 'spec', 'volumeClaimTemplates')).toEqual([
      {
        metadata: { name: 'workspace' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, storageClassName: 'fast' },
      },
    ]);
    expect(podOf(manifests).spec.volumes.map(({ name }) => name)).not.toContain('workspace');
    expect(manifests.map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
  });

  it('shares a workspace that is shared', () => {
    const manifests = render(Run.sandbox(), SHARED);
    expect(dig(only(manifests, 'PersistentVolumeClaim'), 'spec', 'accessModes')).toEqual(['ReadWriteMany']);
    expect(dig(only(manifests, 'SandboxTemplate'), 'spec', 'volumeClaimTemplates')).toBeUndefined();
    expect(podOf(manifests).spec.volumes).toContainEqual({ name: 'workspace', persistentVolumeClaim: { claimName: 'greeter-workspace' } });
  });
});

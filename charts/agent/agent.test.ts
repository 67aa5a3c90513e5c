import { describe, expect, it } from 'vitest';
import { Agent, Duration, Exposure, type Org, Replicas, Run, Size, WorkerRuntime, Workspace } from '../../constructs/index.ts';
import { aModel, anAgent, anApiAccess, anEnvironment, anIntent, anOrg } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

const RUNS: readonly (readonly [string, Run, readonly string[]])[] = [
  ['service', Run.service(), ['Deployment', 'Service', 'PodDisruptionBudget']],
  ['pool', Run.pool({ max: 5 }), ['Deployment', 'PodDisruptionBudget', 'ScaledObject']],
  ['job', Run.job(), ['PodTemplate']],
  ['schedule', Run.schedule('0 6 * * 1'), ['CronJob']],
  ['sandbox', Run.sandbox(), ['SandboxTemplate', 'SandboxWarmPool']],
];

describe('renderAgent', () => {
  it.each(RUNS)('renders wall, identity and configuration before what a %s runs', (_, run, workload) => {
    const kinds = renderAgent(anAgent(anOrg(), 'greeter', { run })).map(({ kind }) => kind);
    expect(kinds).toEqual(['NetworkPolicy', 'ServiceAccount', 'ConfigMap', ...workload]);
  });

  it('keeps to the order of application with everything that an agent can have', () => {
    const org = anOrg();
    const agent = new Agent(org, 'all', {
      apiAccess: [anApiAccess()],
      egress: [anIntent()],
      models: { primary: aModel(org) },
      run: Run.service({ replicas: Replicas.onCpu({ max: 3, min: 1 }) }),
      runtime: WorkerRuntime.claudeCode(),
      workspace: Workspace.volume({ initialFiles: { 'a.md': 'a' }, shared: true, size: Size.gibibytes(1) }),
    });
    expect(renderAgent(agent).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'NetworkPolicy all',
      'ServiceAccount all',
      'Role all',
      'RoleBinding all',
      'ConfigMap all',
      'ConfigMap all-seed',
      'PersistentVolumeClaim all-workspace',
      'Password all-credentials',
      'ExternalSecret all-credentials',
      'Deployment all',
      'Service all',
      'PodDisruptionBudget all',
      'HorizontalPodAutoscaler all',
    ]);
  });

  it.each(RUNS)('puts all objects of a %s into the namespace of the org, after its tools', (_, run) => {
    for (const { metadata } of renderAgent(anAgent(anOrg({ id: 'news' }), 'greeter', { run }))) {
      expect(metadata.namespace).toBe('news');
      expect(metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': '5' });
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'greeter', 'app.kubernetes.io/part-of': 'news' });
    }
  });

  it.each(RUNS)('gives the same objects of a %s each time', (_, run) => {
    const agent = anAgent(anOrg(), 'greeter', { run });
    expect(JSON.stringify(renderAgent(agent))).toBe(JSON.stringify(renderAgent(agent)));
  });

  it('gives an agent that uses nothing nothing extra', () => {
    const pod = podOf(renderAgent(anAgent(anOrg())));
    expect(pod.spec.initContainers.map(({ name }) => name)).toEqual(['install-worker']);
    expect(pod.spec.containers.map(({ name }) => name)).toEqual(['agent']);
    expect(pod.spec.volumes.map(({ name }) => name)).toEqual(['config', 'home', 'tmp', 'worker']);
    expect(Object.keys(pod.metadata.labels).filter((label) => label.startsWith('reach'))).toEqual([]);
  });

  it.each([
    ['calls models', (org: Org) => ({ models: { primary: aModel(org) }, runtime: WorkerRuntime.goose() }), 'cilium'],
    ['leaves through the proxy', () => ({ egress: [anIntent()] }), 'proxy'],
    ['is signed in to', () => ({ run: Run.service({ expose: Exposure.signedIn() }) }), 'cilium'],
  ] as const)('makes credentials for an agent that %s, not for others', (_, propsOf, backend) => {
    const org = anOrg({ environment: anEnvironment({ cluster: { egress: { backend } } }) });
    expect(only(renderAgent(anAgent(org, 'greeter', propsOf(org))), 'ExternalSecret').metadata.name).toBe('greeter-credentials');
    expect(renderAgent(anAgent(org, 'other')).map(({ kind }) => kind)).not.toContain('ExternalSecret');
  });

  it('emits no credentials where they exist already', () => {
    const { cluster } = anEnvironment();
    const environment = anEnvironment({ cluster: { secrets: { ...cluster.secrets, credentials: 'existing' } } });
    const kinds = renderAgent(anAgent(anOrg({ environment }), 'greeter', { egress: [anIntent()] })).map(({ kind }) => kind);
    expect(kinds).not.toContain('ExternalSecret');
  });

  it('replaces the pods when the instructions change, and only then', () => {
    const digestWith = (instructions: string) => podOf(renderAgent(anAgent(anOrg(), 'greeter', { instructions }))).metadata.annotations;
    expect(digestWith('a')).toEqual(digestWith('a'));
    expect(digestWith('a')).not.toEqual(digestWith('b'));
  });

  it('selects its pods by labels that they carry', () => {
    const manifests = renderAgent(anAgent(anOrg()));
    const { labels } = podOf(manifests).metadata;
    const selectors = [
      dig(only(manifests, 'Deployment'), 'spec', 'selector', 'matchLabels'),
      dig(only(manifests, 'Service'), 'spec', 'selector'),
      dig(only(manifests, 'NetworkPolicy'), 'spec', 'podSelector', 'matchLabels'),
      dig(only(manifests, 'PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector as object);
  });

  it('gives the pod the time that its runtime asks for', () => {
    const runtime = WorkerRuntime.shell({ command: ['true'], gracePeriod: Duration.minutes(5) });
    expect(podOf(renderAgent(anAgent(anOrg(), 'greeter', { runtime }))).spec.terminationGracePeriodSeconds).toBe(300);
  });
});

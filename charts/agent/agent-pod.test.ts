import { describe, expect, it } from 'vitest';
import {
  type Agent,
  Editor,
  Exposure,
  type Isolation,
  McpServer,
  Probe,
  Run,
  Size,
  ToolPlacement,
  WorkerRuntime,
  Workspace,
} from '../../constructs/index.ts';
import {
  aBroker,
  aMemory,
  aModel,
  aPersona,
  aSecret,
  aTool,
  anAgent,
  anApiAccess,
  anIntent,
  anOrg,
  someResources,
} from '../../test/builders.ts';
import { containerOf, dig, podOf, type TestContainer, type TestPod } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

/** An agent with everything that can be in a pod. */
function aFullAgent(run: Run): Agent {
  const org = anOrg();
  const sidecar = ToolPlacement.sidecar({ workspace: true });
  const files = aTool(org, 'files', {
    allow: ['read'],
    placement: sidecar,
    secrets: [aSecret(org, 'files-token')],
    server: McpServer.stdio('mcp-files'),
  });
  const fetching = aTool(org, 'fetch', { egress: [anIntent()], placement: ToolPlacement.sidecar() });
  const plain = aTool(org, 'clock', { placement: ToolPlacement.sidecar() });
  return anAgent(org, 'full', {
    apiAccess: [anApiAccess()],
    brokered: [aBroker(org)],
    egress: [anIntent('pypi.example.org')],
    instructions: 'Work.',
    memory: aMemory(org),
    models: { primary: aModel(org) },
    persona: aPersona(org),
    run,
    runtime: WorkerRuntime.claudeCode({
      editor: run.mode.kind === 'service' ? Editor.codeServer() : undefined,
      hooks: { postStart: ['git', 'init'], preStop: ['git', 'push'] },
      isolation: 'gvisor',
      resources: someResources(),
      setup: ['git config --global user.name bot', 'echo "$(date)"'],
    }),
    secrets: [aSecret(org)],
    tools: [files, aTool(org), fetching, plain],
    workspace: Workspace.volume({
      initialFiles: { 'docs/a.md': 'A', 'b.md': 'B' },
      shared: run.mode.kind === 'job',
      size: Size.gibibytes(3),
    }),
  });
}

const full = podOf(renderAgent(aFullAgent(Run.service({ expose: Exposure.signedIn() }))));
const RUNS = [Run.service(), Run.pool({ max: 1 }), Run.job(), Run.schedule('0 0 * * *'), Run.sandbox({ warm: 1 })];
const PODS: readonly (readonly [string, TestPod])[] = RUNS.map((run) => [run.mode.kind, podOf(renderAgent(aFullAgent(run)))] as const);

function allContainers({ spec }: TestPod) {
  return [...spec.initContainers, ...spec.containers];
}

describe.each([...PODS, ['exposed service', full] as const])('the pod of a %s', (kind, pod) => {
  it('is restricted, with every container in it', () => {
    expect(pod.spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        fsGroup: 10_001,
        runAsGroup: 10_001,
        runAsNonRoot: true,
        runAsUser: 10_001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    for (const { securityContext } of allContainers(pod)) {
      expect(securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true });
    }
  });

  it('has requests and limits on every container', () => {
    for (const { resources } of allContainers(pod)) {
      for (const side of [resources.limits, resources.requests])
        expect(Object.keys(side).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    }
  });

  it('takes its images by digest', () => {
    for (const { image } of allContainers(pod)) expect(image).toMatch(/^images\.example\/[-a-z0-9/]+@sha256:[0-9a-f]{64}$/);
  });

  it('names each container and each volume once, and mounts none that it lacks', () => {
    const names = allContainers(pod).map(({ name }) => name);
    const volumes = pod.spec.volumes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const { volumeMounts = [] } of allContainers(pod)) {
      // The agent-sandbox operator adds the volume of a sandbox's own workspace.
      expect([...volumes, ...(kind === 'sandbox' ? ['workspace'] : [])]).toEqual(
        expect.arrayContaining(volumeMounts.map(({ name }) => name)),
      );
      expect(new Set(volumeMounts.map(({ mountPath }) => mountPath)).size).toBe(volumeMounts.length);
    }
  });

  it('limits the size of every emptyDir', () => {
    const limits = pod.spec.volumes.filter(({ emptyDir }) => emptyDir !== undefined).map(({ emptyDir }) => dig(emptyDir, 'sizeLimit'));
    expect(limits.length).toBeGreaterThan(2);
    for (const limit of limits) expect(limit).toMatch(/^\d+[MG]i$/);
  });

  it('starts the agent as soon as all sidecars are ready', () => {
    const sidecars = pod.spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
    expect(sidecars.length).toBeGreaterThan(2);
    for (const { startupProbe } of sidecars) expect(startupProbe).toMatchObject({ periodSeconds: 2 });
  });

  it('names each variable of a container once', () => {
    for (const { env = [] } of allContainers(pod)) expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
  });

  it('gives each server of the pod a port of its own, none of them privileged', () => {
    const ports = allContainers(pod).flatMap((container) => container.ports?.map(({ containerPort }) => containerPort) ?? []);
    expect(new Set(ports).size).toBe(ports.length);
    for (const port of ports) expect(port).toBeGreaterThan(1023);
  });
});

describe('the pod of an agent', () => {
  it('prepares, starts the sidecars in order, then the agent', () => {
    expect(full.spec.initContainers.map(({ name }) => name)).toEqual([
      'install-worker',
      'seed-workspace',
      'setup',
      'tool-files',
      'tool-fetch',
      'tool-clock',
      'editor',
      'sign-in',
    ]);
    expect(full.spec.containers.map(({ name }) => name)).toEqual(['agent']);
  });

  it('starts the program of the runtime through the worker, which has five seconds left when the program was stopped', () => {
    const run = (adapter: string, ...program: string[]) => {
      return ['/fleetwright/worker', 'run', '--adapter', adapter, '--grace', '55', '--health', '8079', ...program];
    };
    expect(containerOf(full, 'agent').command).toEqual(run('claude-code', '--', 'claude'));
    const own = podOf(renderAgent(anAgent(anOrg(), 'own', { runtime: WorkerRuntime.reference() })));
    expect(containerOf(own, 'agent').command).toEqual(run('reference'));
  });

  it('runs the setup commands as the agent, and stops at the first that fails', () => {
    const [agent, setup] = [containerOf(full, 'agent'), containerOf(full, 'setup')];
    expect(setup.command).toEqual(['sh', '-ec', 'git config --global user.name bot\necho "$$(date)"']);
    for (const field of ['env', 'image', 'resources', 'volumeMounts', 'workingDir'] as const) expect(setup[field]).toEqual(agent[field]);
  });

  it('runs hooks at both ends of its life, or at one', () => {
    expect(containerOf(full, 'agent').lifecycle).toEqual({
      postStart: { exec: { command: ['git', 'init'] } },
      preStop: { exec: { command: ['git', 'push'] } },
    });
    const runtime = WorkerRuntime.shell({ command: ['true'], hooks: { preStop: ['sync'] } });
    const pod = podOf(renderAgent(anAgent(anOrg(), 'one', { runtime })));
    expect(containerOf(pod, 'agent').lifecycle).toEqual({ postStart: undefined, preStop: { exec: { command: ['sync'] } } });
  });

  it('is watched as its runtime says', () => {
    const probes = { liveness: Probe.tcp(), readiness: Probe.http('/up'), startup: Probe.command(['check']) };
    const pod = podOf(renderAgent(anAgent(anOrg(), 'own', { runtime: WorkerRuntime.shell({ command: ['true'], probes }) })));
    const agent = containerOf(pod, 'agent');
    expect(dig(agent.livenessProbe, 'tcpSocket')).toEqual({ port: 8080 });
    expect(dig(agent.readinessProbe, 'httpGet')).toEqual({ path: '/up', port: 8080 });
    expect(dig(agent.startupProbe, 'exec')).toEqual({ command: ['check'] });
  });

  it.each<[Isolation, string | undefined]>([
    ['runc', undefined],
    ['gvisor', 'gvisor'],
    ['kata', 'kata-qemu'],
    ['sysbox', 'sysbox-runc'],
  ])('isolated by %s has runtime class %s', (isolation, runtimeClass) => {
    const runtime = WorkerRuntime.shell({ command: ['true'], isolation });
    expect(podOf(renderAgent(anAgent(anOrg(), 'own', { runtime }))).spec.runtimeClassName).toBe(runtimeClass);
  });

  it('gets its secrets as files that its group can read', () => {
    expect(full.spec.volumes).toContainEqual({
      name: 'secret-token',
      secret: { defaultMode: 0o440, items: [{ key: 'value', path: 'value' }], secretName: 'token' },
    });
    expect(containerOf(full, 'agent').volumeMounts).toContainEqual({
      mountPath: '/etc/secrets/token',
      name: 'secret-token',
      readOnly: true,
    });
  });

  it('finds the secret of its memory where it finds its own, and a secret that is both once', () => {
    const mountsOf = ({ volumeMounts = [] }: TestContainer) => volumeMounts.filter(({ name }) => name === 'secret-notes-url');
    expect(mountsOf(containerOf(full, 'agent'))).toEqual([
      { mountPath: '/etc/secrets/notes-url', name: 'secret-notes-url', readOnly: true },
    ]);
    const org = anOrg();
    const memory = aMemory(org);
    const pod = podOf(renderAgent(anAgent(org, 'own', { memory, secrets: [memory.store.secret] })));
    expect(mountsOf(containerOf(pod, 'agent'))).toHaveLength(1);
  });

  it("mounts a tool's secret in the tool only, and a broker's nowhere", () => {
    const holders = (volume: string) =>
      allContainers(full).filter(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === volume));
    expect(holders('secret-files-token').map(({ name }) => name)).toEqual(['tool-files']);
    expect(full.spec.volumes.map(({ name }) => name)).not.toContain('secret-github-token');
  });

  it('mounts a secret that agent and tool share in both, as one volume', () => {
    const org = anOrg();
    const secret = aSecret(org);
    const tool = aTool(org, 'files', { placement: ToolPlacement.sidecar(), secrets: [secret] });
    const { spec } = podOf(renderAgent(anAgent(org, 'sharer', { secrets: [secret], tools: [tool] })));
    expect(spec.volumes.filter(({ name }) => name === 'secret-token')).toHaveLength(1);
  });

  it('lets only the tools that ask for it into the workspace', () => {
    const inside = allContainers(full).filter(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === 'workspace'));
    expect(inside.map(({ name }) => name)).toEqual(['seed-workspace', 'setup', 'tool-files', 'editor', 'agent']);
  });

  it('works in its workspace, or at home', () => {
    expect(containerOf(full, 'agent').workingDir).toBe('/workspace');
    expect(containerOf(podOf(renderAgent(anAgent(anOrg()))), 'agent').workingDir).toBe('/home/agent');
  });

  it.each([
    ['tool-files', 9001],
    ['tool-fetch', 9002],
    ['tool-clock', 9003],
  ])('shows sidecar %s its own port', (name, containerPort) => {
    expect(containerOf(full, name).ports).toEqual([{ containerPort }]);
  });

  it('waits for a sidecar whose own probes say nothing of its start', () => {
    const org = anOrg();
    const tool = aTool(org, 'slow', { placement: ToolPlacement.sidecar(), probes: { readiness: Probe.tcp() } });
    const pod = podOf(renderAgent(anAgent(org, 'own', { tools: [tool] })));
    expect(containerOf(pod, 'tool-slow').startupProbe).toMatchObject({ failureThreshold: 60, periodSeconds: 2, tcpSocket: { port: 9001 } });
  });

  it('shows the way out only to the containers that have one', () => {
    const proxied = allContainers(full).filter(({ env = [] }) => env.some(({ name }) => name === 'HTTPS_PROXY'));
    expect(proxied.map(({ name }) => name)).toEqual(['setup', 'tool-fetch', 'sign-in', 'agent']);
  });
});

import { describe, expect, it } from 'vitest';
import { type McpRemoteOptions, McpServer, Replicas, ToolPlacement, type ToolProps } from '../../constructs/index.ts';
import { anEnvironment, anIntent, anOrg, aSecret, aTool } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderTool } from './tool.ts';

const render = (props: Partial<ToolProps> = {}, org = anOrg()) => renderTool(aTool(org, 'search', props));
const remote = (options: McpRemoteOptions = {}) => McpServer.remote('https://mcp.example.org/v1/mcp', options);
const namesOf = (manifests: ReturnType<typeof renderTool>) => manifests.map(({ kind, metadata: { name } }) => `${kind} ${name}`);

describe('a tool that its agents share', () => {
  it('consists of these objects', () => {
    expect(namesOf(render())).toEqual([
      'NetworkPolicy search',
      'ServiceAccount search',
      'Deployment search',
      'Service search',
      'PodDisruptionBudget search',
    ]);
  });

  it('is reached by those who were given it, and reaches nobody', () => {
    const policy = only(render(), 'NetworkPolicy');
    expect(policy['spec']).toEqual({
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { 'reach.fleetwright.dev/search': 'allowed' } } }],
          ports: [{ port: 8080, protocol: 'TCP' }],
        },
      ],
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'tool', 'app.kubernetes.io/name': 'search' } },
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it('serves at port 8080, behind the guard when it has one', () => {
    const manifests = render({ allow: ['a'] });
    expect(podOf(manifests).spec.containers.map(({ name, ports }) => [name, ports?.[0]?.containerPort])).toEqual([
      ['tool-search', 8081],
      ['guard-search', 8080],
    ]);
    expect(dig(only(manifests, 'Service'), 'spec', 'ports')).toEqual([{ name: 'http', port: 8080, targetPort: 8080 }]);
  });

  it('reaches its hosts through the proxy, with credentials of its own', () => {
    const manifests = render({ egress: [anIntent()] });
    expect(namesOf(manifests)).toEqual(expect.arrayContaining(['Password search-credentials', 'ExternalSecret search-credentials']));
    expect(only(manifests, 'NetworkPolicy').metadata.annotations).toEqual({
      'fleetwright.dev/egress': 'api.example.org (TCP 443): the task needs it',
    });
    expect(podOf(manifests).metadata.labels).toMatchObject({ 'reach.fleetwright.dev/egress': 'allowed' });
    expect(podOf(manifests).spec.containers[0]?.env?.find(({ name }) => name === 'HTTPS_PROXY')?.valueFrom).toEqual({
      secretKeyRef: { key: 'egress-url', name: 'search-credentials' },
    });
  });

  it('reaches its hosts by name where Cilium knows them', () => {
    const org = anOrg({ environment: anEnvironment({ cluster: { egress: { backend: 'cilium' } } }) });
    const manifests = render({ egress: [anIntent()] }, org);
    expect(namesOf(manifests).slice(0, 3)).toEqual(['NetworkPolicy search', 'CiliumNetworkPolicy search', 'ServiceAccount search']);
    expect(podOf(manifests).spec.containers[0]?.env?.map(({ name }) => name)).toEqual(['HOME', 'PORT']);
  });

  it('gets the worker by an init container where a bridge serves it', () => {
    const { spec } = podOf(render({ server: McpServer.stdio('mcp-stdio') }));
    expect(spec.initContainers).toMatchObject([{ command: ['/worker', 'install', '/fleetwright'], name: 'install-worker' }]);
    expect(spec.volumes).toContainEqual({ emptyDir: { sizeLimit: '192Mi' }, name: 'worker' });
    expect(podOf(render()).spec.initContainers).toBeUndefined();
  });

  it('has a fixed number of pods', () => {
    const manifests = render({ placement: ToolPlacement.service({ replicas: Replicas.fixed(3) }) });
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' };
    expect(only(manifests, 'Deployment')).toMatchObject({ spec: { replicas: 3, strategy } });
    expect(podOf(manifests).spec['topologySpreadConstraints']).toHaveLength(1);
    expect(podOf(render()).spec['topologySpreadConstraints']).toBeUndefined();
  });

  it('leaves the number of pods to the autoscaler', () => {
    const manifests = render({ placement: ToolPlacement.service({ replicas: Replicas.onCpu({ max: 5, min: 2, targetPercent: 60 }) }) });
    expect(dig(only(manifests, 'Deployment'), 'spec', 'replicas')).toBeUndefined();
    expect(only(manifests, 'HorizontalPodAutoscaler')).toMatchObject({
      spec: {
        maxReplicas: 5,
        metrics: [{ resource: { target: { averageUtilization: 60 } } }],
        minReplicas: 2,
        scaleTargetRef: { kind: 'Deployment', name: 'search' },
      },
    });
  });

  it('says its traits where reviewers see them', () => {
    expect(only(render({ traits: ['private-data', 'external-write'] }), 'Deployment').metadata.annotations).toEqual({
      'fleetwright.dev/traits': 'external-write,private-data',
    });
    expect(only(render(), 'Deployment').metadata.annotations).toBeUndefined();
  });

  it('has no token and no rights, and may not become more than it is', () => {
    const manifests = render({ allow: ['a'] });
    const { spec } = podOf(manifests);
    expect(only(manifests, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false, metadata: { name: 'search' } });
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true },
      serviceAccountName: 'search',
    });
    for (const { securityContext, resources } of spec.containers) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
      expect(Object.keys(resources.limits)).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    }
  });

  it('is nothing of its own as a sidecar', () => {
    expect(render({ placement: ToolPlacement.sidecar() })).toEqual([]);
  });
});

describe('a remote tool', () => {
  const GUARD = ['/worker', 'guard', '--listen', '8080', '--upstream', 'https://mcp.example.org/v1/mcp'];

  it('is a guard that adds secret headers and lets through what is allowed', () => {
    const org = anOrg();
    const token = aSecret(org);
    const headers = [
      { name: 'Authorization', value: token },
      { name: 'X-Again', value: token },
    ];
    const { spec } = podOf(render({ allow: ['read'], server: remote({ headers }) }, org));
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]?.command).toEqual([
      ...GUARD,
      '--allow',
      'read',
      '--header',
      'Authorization=/etc/secrets/token/value',
      '--header',
      'X-Again=/etc/secrets/token/value',
    ]);
    expect(spec.containers[0]?.volumeMounts).toEqual([{ mountPath: '/etc/secrets/token', name: 'secret-token', readOnly: true }]);
    expect(spec.volumes.map(({ name }) => name)).toEqual(['secret-token']);
  });

  it('is a guard without an allow-list too, as it alone may reach the host', () => {
    const manifests = render({ server: remote() });
    expect(podOf(manifests).spec.containers[0]?.command).toEqual(GUARD);
    expect(podOf(manifests).spec.volumes).toBeUndefined();
    expect(only(manifests, 'NetworkPolicy').metadata.annotations).toEqual({
      'fleetwright.dev/egress': 'mcp.example.org (TCP 443): the tool is served there',
    });
    expect(podOf(manifests).spec.containers[0]?.env?.find(({ name }) => name === 'HTTPS_PROXY')).toBeDefined();
  });
});

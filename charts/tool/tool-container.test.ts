import { describe, expect, it } from 'vitest';
import { McpServer, Probe, ToolPlacement, type ToolProps } from '../../constructs/index.ts';
import { anOrg, aSecret, aTool, someResources } from '../../test/builders.ts';
import { expand, literalEnv, type TestContainer } from '../../test/manifests.ts';
import { toolContainers, toolPath } from './tool-container.ts';

const tool = (props: Partial<ToolProps> = {}, org = anOrg()) => aTool(org, 'search', props);

function containersOf(props: Partial<ToolProps> = {}, options: Partial<Parameters<typeof toolContainers>[1]> = {}, org = anOrg()) {
  const { containers, volumes, needsWorker } = toolContainers(tool(props, org), { port: 9001, ...options });
  return { containers: containers as readonly TestContainer[], needsWorker, volumes };
}

const stdio = McpServer.stdio('mcp-stdio', { command: ['serve', '--price', '$(HOME)'] });

describe('the containers of a tool', () => {
  it('are one for a server that speaks HTTP: it learns its port, and starts as its image says', () => {
    const { containers, needsWorker } = containersOf({ env: { LOG: 'debug' } });
    expect(containers).toHaveLength(1);
    expect(containers[0]).toMatchObject({
      name: 'tool-search',
      ports: [{ containerPort: 9001 }],
    });
    expect(containers[0]?.image).toContain('/mcp-http@sha256:');
    expect(containers[0]?.command).toBeUndefined();
    expect(literalEnv(containers[0] as TestContainer)).toEqual({ HOME: '/tmp', LOG: 'debug', PORT: '9001' });
    expect(needsWorker).toBe(false);
  });

  it('start with a command of their own, word for word', () => {
    const server = McpServer.http('mcp-http', { command: ['serve', '$(PORT)'], portVariable: 'LISTEN' });
    const { containers } = containersOf({ server });
    expect(containers[0]?.command?.map(expand)).toEqual(['serve', '$(PORT)']);
    expect(literalEnv(containers[0] as TestContainer)).toMatchObject({ LISTEN: '9001' });
  });

  it('put a guard before a server that speaks HTTP and has an allow-list', () => {
    const { containers } = containersOf({ allow: ['b', 'a'], server: McpServer.http('mcp-http', { path: '/api/mcp' }) });
    expect(containers.map(({ name, ports }) => [name, ports?.[0]?.containerPort])).toEqual([
      ['tool-search', 9002],
      ['guard-search', 9001],
    ]);
    expect(containers[1]?.command).toEqual([
      '/worker',
      'guard',
      '--listen',
      '9001',
      '--upstream',
      'http://127.0.0.1:9002/api/mcp',
      '--allow',
      'a,b',
    ]);
    expect(literalEnv(containers[0] as TestContainer)).toMatchObject({ PORT: '9002' });
  });

  it('are a bridge for a stdio server, which checks the allow-list itself', () => {
    const { containers, needsWorker } = containersOf({ allow: ['read'], server: stdio });
    expect(containers).toHaveLength(1);
    expect(containers[0]?.command?.map(expand)).toEqual([
      '/fleetwright/worker',
      'bridge',
      '--listen',
      '9001',
      '--allow',
      'read',
      '--',
      'serve',
      '--price',
      '$(HOME)',
    ]);
    expect(containers[0]?.volumeMounts).toContainEqual({ mountPath: '/fleetwright', name: 'worker', readOnly: true });
    expect(literalEnv(containers[0] as TestContainer)).toEqual({ HOME: '/tmp' });
    expect(needsWorker).toBe(true);
  });

  it('start the program mcp-server of an npm package', () => {
    const { containers } = containersOf({ server: McpServer.npm('mcp-server-time', '1.4.0') });
    expect(containers[0]?.command).toEqual(['/fleetwright/worker', 'bridge', '--listen', '9001', '--', 'mcp-server']);
    expect(containers[0]?.image).toContain('mcp-server-time@sha256:');
  });

  it('are none for a remote server', () => {
    expect(containersOf({ server: McpServer.remote('https://mcp.example.org/mcp') })).toEqual({
      containers: [],
      needsWorker: false,
      volumes: [],
    });
  });

  it('start before an agent and stay only as sidecars', () => {
    const placed = (placement: ToolPlacement) => containersOf({ placement }).containers[0];
    expect(placed(ToolPlacement.sidecar())).toMatchObject({ restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 9001 } } });
    expect(placed(ToolPlacement.service())?.restartPolicy).toBeUndefined();
  });

  it('see the workspace only when it is given, and start in it', () => {
    const workspace = { mountPath: '/workspace', name: 'workspace' };
    const { containers } = containersOf({}, { workspace });
    expect(containers[0]?.volumeMounts).toContainEqual(workspace);
    expect(containers[0]?.workingDir).toBe('/workspace');
    expect(containersOf().containers[0]?.workingDir).toBeUndefined();
  });

  it('get secrets as files, and scratch space of their size', () => {
    const org = anOrg();
    const { containers, volumes } = containersOf({ resources: someResources(), secrets: [aSecret(org)] }, {}, org);
    expect(containers[0]?.volumeMounts).toEqual([
      { mountPath: '/tmp', name: 'tmp-search' },
      { mountPath: '/etc/secrets/token', name: 'secret-token', readOnly: true },
    ]);
    expect(volumes).toEqual([
      { emptyDir: { sizeLimit: '333Mi' }, name: 'tmp-search' },
      { name: 'secret-token', secret: { defaultMode: 0o440, items: [{ key: 'value', path: 'value' }], secretName: 'token' } },
    ]);
    expect(containers[0]?.resources.requests).toEqual({ cpu: '111m', 'ephemeral-storage': '333Mi', memory: '222Mi' });
  });

  it('find the proxy by a secret', () => {
    const { containers } = containersOf({}, { credentials: 'ada-credentials' });
    expect(containers[0]?.env?.find(({ name }) => name === 'HTTPS_PROXY')).toEqual({
      name: 'HTTPS_PROXY',
      valueFrom: { secretKeyRef: { key: 'egress-url', name: 'ada-credentials' } },
    });
    expect(literalEnv(containers[0] as TestContainer)).toMatchObject({
      NODE_USE_ENV_PROXY: '1',
      no_proxy: 'localhost,127.0.0.1,.svc,.svc.cluster.local',
    });
  });

  it('are probed at the port of the server', () => {
    const { containers } = containersOf({ allow: ['a'], probes: { liveness: Probe.http('/live'), readiness: Probe.tcp() } });
    expect(containers[0]).toMatchObject({
      livenessProbe: { httpGet: { path: '/live', port: 9002 } },
      readinessProbe: { tcpSocket: { port: 9002 } },
    });
    expect(containers[1]).toMatchObject({ readinessProbe: { tcpSocket: { port: 9001 } }, startupProbe: { tcpSocket: { port: 9001 } } });
  });
});

describe('the path of a tool', () => {
  it.each([
    ['an HTTP server', {}, '/mcp'],
    ['an HTTP server with a path', { server: McpServer.http('mcp-http', { path: '/api' }) }, '/api'],
    ['a guarded HTTP server', { allow: ['a'], server: McpServer.http('mcp-http', { path: '/api' }) }, '/mcp'],
    ['a stdio server', { server: stdio }, '/mcp'],
    ['a remote server', { allow: ['a'], server: McpServer.remote('https://mcp.example.org/api') }, '/mcp'],
  ])('of %s', (_, props, path) => {
    expect(toolPath(tool(props))).toBe(path);
  });
});

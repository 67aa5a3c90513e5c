import { describe, expect, it } from 'vitest';
import { Budget, Cpu, type Manifest, Model, ModelDeployment, type Org, Size, usd, WorkerRuntime } from '../../constructs/index.ts';
import { aModel, anAgent, anEnvironment, anOrg, aSecret } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { renderGateway } from './gateway.ts';

const runtime = WorkerRuntime.reference();
const named = (manifests: Manifest[], name: string) => manifests.filter(({ metadata }) => metadata.name === name);

function anOrgWithAgents(props: Parameters<typeof anOrg>[0] = {}): Org {
  const org = anOrg(props);
  const primary = aModel(org);
  anAgent(org, 'ada', { runtime, models: { primary } });
  anAgent(org, 'homebody');
  anAgent(org, 'bob', { runtime, models: { primary } });
  return org;
}

describe('renderGateway', () => {
  const manifests = renderGateway(anOrgWithAgents());
  const pod = podOf(manifests);
  const [container] = pod.spec.containers;

  it('is left out of an org without models', () => {
    expect(renderGateway(anOrg())).toEqual([]);
  });

  it('consists of these objects', () => {
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'NetworkPolicy acme/gateway',
      'ServiceAccount acme/gateway',
      'ConfigMap acme/gateway',
      'Password acme/gateway-credentials',
      'ExternalSecret acme/gateway-credentials',
      'Deployment acme/gateway',
      'Service acme/gateway',
      'PodDisruptionBudget acme/gateway',
    ]);
  });

  it('admits pods that may reach it, and reaches the proxy', () => {
    const policy = only(manifests, 'NetworkPolicy');
    expect(dig(policy, 'spec', 'ingress')).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'reach.fleetwright.dev/gateway': 'allowed' } } }],
        ports: [{ port: 4000, protocol: 'TCP' }],
      },
    ]);
    expect(dig(policy, 'spec', 'egress', 0, 'ports')).toEqual([{ port: 3128, protocol: 'TCP' }]);
    expect(dig(policy, 'spec', 'egress')).toHaveLength(1);
    expect(pod.metadata.labels).toMatchObject({ 'reach.fleetwright.dev/egress': 'allowed' });
  });

  it('mounts the key of each agent that has models, and waits for none', () => {
    const source = (name: string) => ({
      secret: { items: [{ key: 'gateway-key', path: name }], name: `${name}-credentials`, optional: true },
    });
    expect(pod.spec.volumes.find(({ name }) => name === 'keys')?.['projected']).toEqual({
      defaultMode: 0o440,
      sources: [source('ada'), source('bob')],
    });
  });

  it('gets the key of each provider once, as a variable', () => {
    const org = anOrg();
    const key = aSecret(org, 'provider-key', 'api-key');
    const deployments = [ModelDeployment.openai('a', { key }), ModelDeployment.openai('b', { key })];
    new Model(org, 'smart', { deployments });
    const variables = podOf(renderGateway(org)).spec.containers[0]?.env?.filter(({ name }) => name.startsWith('MODEL_KEY_'));
    expect(variables).toEqual([{ name: 'MODEL_KEY_PROVIDER_KEY', valueFrom: { secretKeyRef: { key: 'api-key', name: 'provider-key' } } }]);
  });

  it('asks nobody on the internet', () => {
    const names = container?.env?.filter(({ value }) => value === 'True').map(({ name }) => name);
    expect(names).toEqual([
      'DISABLE_ADMIN_UI',
      'LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS',
      'LITELLM_LOCAL_AUTOROUTER_PRESETS',
      'LITELLM_LOCAL_BLOG_POSTS',
      'LITELLM_LOCAL_MODEL_COST_MAP',
      'LITELLM_LOCAL_POLICY_TEMPLATES',
      'NO_DOCS',
      'NO_OPENAPI',
      'NO_REDOC',
    ]);
  });

  it('collects garbage rarely', () => {
    expect(container?.env?.find(({ name }) => name === 'PYTHON_GC_THRESHOLD')?.value).toBe('50000,20,20');
  });

  it('is never asked for its health in a way that calls models', () => {
    const paths = [container?.livenessProbe, container?.readinessProbe, container?.startupProbe].map((probe) =>
      dig(probe, 'httpGet', 'path'),
    );
    expect(paths).toEqual(['/health/liveliness', '/health/readiness', '/health/liveliness']);
  });

  it('reads its programs and its configuration from one folder', () => {
    expect(Object.keys(only(manifests, 'ConfigMap')['data'] as object)).toEqual([
      'agent_auth.py',
      'guardrails.py',
      'meter.py',
      'config.yaml',
      'grants.json',
    ]);
    expect(container?.args?.slice(0, 2)).toEqual(['--config', '/etc/gateway/config/config.yaml']);
    expect(container?.volumeMounts?.find(({ name }) => name === 'config')?.mountPath).toBe('/etc/gateway/config');
  });

  it('is replaced when a file changes', () => {
    const digestOf = (org: Org) => podOf(renderGateway(org)).metadata.annotations['fleetwright.dev/config'];
    const other = anOrgWithAgents();
    anAgent(other, 'cy', { runtime, models: { primary: other.gateway.models[0] as Model } });
    expect(digestOf(anOrgWithAgents())).toMatch(/^[0-9a-f]{16}$/);
    expect(digestOf(anOrgWithAgents())).toBe(digestOf(anOrgWithAgents()));
    expect(digestOf(other)).not.toBe(digestOf(anOrgWithAgents()));
  });

  it('has the size that the stack says, and as many pods as the environment says', () => {
    const resources = { cpu: Cpu.millis(300), memory: Size.mebibytes(700), ephemeralStorage: Size.mebibytes(300) };
    const gateway = { replicas: 5, resources };
    const sized = renderGateway(anOrgWithAgents({ gateway }));
    expect(dig(only(sized, 'Deployment'), 'spec', 'replicas')).toBe(5);
    expect(podOf(sized).spec.containers[0]?.resources.limits).toEqual({ cpu: '1200m', 'ephemeral-storage': '300Mi', memory: '700Mi' });
    const environment = anEnvironment({ orgs: { acme: { gatewayReplicas: 3 } } });
    expect(dig(only(renderGateway(anOrgWithAgents({ gateway, environment })), 'Deployment'), 'spec', 'replicas')).toBe(3);
  });

  it('goes out without a proxy where the network plugin knows names', () => {
    const environment = anEnvironment({ cluster: { egress: { backend: 'cilium' } } });
    const direct = renderGateway(anOrgWithAgents({ environment }));
    expect(direct.map(({ kind }) => kind)).toContain('CiliumNetworkPolicy');
    expect(podOf(direct).spec.containers[0]?.env?.some(({ name }) => name === 'HTTPS_PROXY')).toBe(false);
  });
});

describe('the cache of a gateway', () => {
  const manifests = renderGateway(anOrgWithAgents({ budget: Budget.perDay(usd(1)) }));
  const cache = named(manifests, 'gateway-cache');

  it('consists of these objects', () => {
    expect(cache.map(({ kind }) => kind)).toEqual(['NetworkPolicy', 'ServiceAccount', 'Deployment', 'Service']);
  });

  it('talks to the gateway, and to nobody else', () => {
    const gateway = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'gateway', 'app.kubernetes.io/name': 'gateway' } } };
    const redis = [{ port: 6379, protocol: 'TCP' }];
    expect(only(cache, 'NetworkPolicy')['spec']).toEqual({
      ingress: [{ from: [gateway], ports: redis }],
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'cache', 'app.kubernetes.io/name': 'gateway-cache' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(dig(only(named(manifests, 'gateway'), 'NetworkPolicy'), 'spec', 'egress', 0)).toEqual({
      ports: redis,
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'cache', 'app.kubernetes.io/name': 'gateway-cache' } } }],
    });
  });

  it('writes nothing to a volume that lasts', () => {
    const { spec } = podOf(cache);
    expect(spec.containers[0]?.command?.slice(0, 5)).toEqual(['redis-server', '--save', '', '--appendonly', 'no']);
    expect(spec.volumes).toEqual([{ emptyDir: { sizeLimit: '16Mi' }, name: 'data' }]);
  });
});

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, Duration, type Manifest, type Org, Probe } from '../../constructs/index.ts';
import { renderDisruptionBudget, ROLLING, spreadOverNodes } from '../availability.ts';
import { renderCredentials } from '../secret/credentials.ts';
import { credentialsName, proxyEnv, usesProxy } from '../egress/egress-client.ts';
import { gatewayIntents } from '../egress/egress-intents.ts';
import { cacheAddress, renderGatewayCache, TO_CACHE } from './gateway-cache.ts';
import { gatewayConfig, keyVariable } from './gateway-config.ts';
import { gatewayGrants, modelUsers, sharesState } from './gateway-grants.ts';
import { objectMeta, type Owner, ownerOf, reachLabel, selectorOf, WAVES } from '../manifest.ts';
import { localPods, renderNetworkPolicy, tcp } from '../network-policy.ts';
import { type PartEgress, renderPartEgress } from '../egress/part-egress.ts';
import { CONTAINER_SECURITY, type EnvVar, imageOf, POD_DEFAULTS, renderProbes, renderResources, secretEnv, toEnv } from '../pod.ts';
import { renderServiceAccount } from '../service-account.ts';
import { toYaml } from '../yaml/yaml.ts';

const NAME = 'gateway';
const SERVICE_PORT = 8000;
const PORT = 4000;
const CONFIG = '/etc/gateway/config';
const KEYS = '/etc/gateway/keys';
const SELECTOR = selectorOf('gateway', NAME);
const CONFIG_HASH = 'fleetwright.dev/config';
const CREDENTIALS = credentialsName(NAME);

/** It takes half a minute of CPU time to start. Readiness does not call models, as `/health` would. */
const PROBES = {
  liveness: Probe.http('/health/liveliness', { period: Duration.seconds(15), timeout: Duration.seconds(5), failures: 4 }),
  readiness: Probe.http('/health/readiness', { timeout: Duration.seconds(5) }),
  startup: Probe.http('/health/liveliness', { period: Duration.seconds(5), timeout: Duration.seconds(5), failures: 60 }),
};

/** Without these it asks the internet for prices, posts and presets, and serves pages for people. */
const OFFLINE = toEnv({
  DISABLE_ADMIN_UI: 'True',
  LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: 'True',
  LITELLM_LOCAL_AUTOROUTER_PRESETS: 'True',
  LITELLM_LOCAL_BLOG_POSTS: 'True',
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  LITELLM_LOCAL_POLICY_TEMPLATES: 'True',
  NO_DOCS: 'True',
  NO_OPENAPI: 'True',
  NO_REDOC: 'True',
});

/** The files beside the configuration that do what LiteLLM leaves to its users. */
const PROGRAMS = ['agent_auth.py', 'guardrails.py', 'meter.py'] as const;

/** The way to models of an org, once it has one: LiteLLM, with a Redis where its pods must share something. */
export function renderGateway(org: Org): Manifest[] {
  const { gateway } = org;
  const { environment } = org.fleet;
  if (gateway.models.length === 0) return [];
  const owner = ownerOf('gateway', NAME, org.name, WAVES.gateways);
  const metadata = objectMeta(owner, NAME);
  const intents = gatewayIntents(gateway);
  const wayOut = renderPartEgress({ environment, intents, name: NAME, owner, pods: SELECTOR });
  const { files, isShared } = gatewayFiles(org);
  const proxied = usesProxy(environment, intents);
  return [
    ...(isShared ? renderGatewayCache(org) : []),
    renderNetworkPolicy({
      egress: [...(isShared ? [TO_CACHE] : []), ...wayOut.rules],
      ingress: [{ peers: [localPods({ [reachLabel(NAME)]: 'allowed' })], ports: [tcp(PORT)] }],
      metadata: objectMeta(owner, NAME, { annotations: wayOut.annotations }),
      pods: SELECTOR,
    }),
    ...wayOut.objects,
    renderServiceAccount(owner, NAME),
    { apiVersion: 'v1', data: files, kind: 'ConfigMap', metadata },
    ...renderCredentials(owner, NAME, { egress: proxied, gateway: true }, environment),
    renderDeployment(org, { owner, wayOut, proxied, digest: hash('sha256', JSON.stringify(files)).slice(0, 16) }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'http', port: SERVICE_PORT, targetPort: PORT }], selector: SELECTOR },
    },
    renderDisruptionBudget(metadata, SELECTOR),
  ];
}

/** The files of the gateway's configuration, and whether its pods need a Redis. */
function gatewayFiles(org: Org): { files: Readonly<Record<string, string>>; isShared: boolean } {
  const grants = gatewayGrants(org);
  const isShared = sharesState(org, grants);
  const config = gatewayConfig(org.gateway, isShared ? cacheAddress(org) : undefined);
  const programs = PROGRAMS.map((name) => [name, readProgram(name)] as const);
  return { files: { ...Object.fromEntries(programs), 'config.yaml': toYaml([config]), 'grants.json': JSON.stringify(grants) }, isShared };
}

const programs = new Map<string, string>();

/** Real files, so that Python's own tools see them. They stand beside this one, as source and in the package alike. */
function readProgram(name: (typeof PROGRAMS)[number]): string {
  let text = programs.get(name);
  if (text === undefined) {
    text = readFileSync(join(import.meta.dirname, name), 'utf8');
    programs.set(name, text);
  }
  return text;
}

interface DeploymentOptions {
  readonly owner: Owner;
  readonly wayOut: PartEgress;
  readonly proxied: boolean;
  /** Of all files: pods are replaced when one changes. */
  readonly digest: string;
}

function renderDeployment(org: Org, { owner, wayOut, proxied, digest }: DeploymentOptions): Manifest {
  const { environment } = org.fleet;
  const replicas = environment.orgs[org.name]?.gatewayReplicas ?? org.gateway.replicas;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: objectMeta(owner, NAME),
    spec: {
      replicas,
      selector: { matchLabels: SELECTOR },
      strategy: ROLLING,
      template: {
        metadata: { annotations: { [CONFIG_HASH]: digest }, labels: { ...owner.labels, ...wayOut.podLabels } },
        spec: {
          ...POD_DEFAULTS,
          containers: [gatewayContainer(org, proxied)],
          serviceAccountName: NAME,
          // Longer than most answers take, so that a new configuration cuts off few.
          terminationGracePeriodSeconds: 120,
          topologySpreadConstraints: spreadOverNodes(SELECTOR, replicas),
          volumes: [
            { configMap: { defaultMode: 0o444, name: NAME }, name: 'config' },
            { name: 'keys', projected: { defaultMode: 0o440, sources: modelUsers(org).map(keySource) } },
            { emptyDir: { sizeLimit: '256Mi' }, name: 'tmp' },
          ],
        },
      },
    },
  };
}

/** Optional: agents come after the gateway, and one without a key must not stop it. */
function keySource({ name }: Agent): object {
  return { secret: { items: [{ key: 'gateway-key', path: name }], name: credentialsName(name), optional: true } };
}

function gatewayContainer(org: Org, proxied: boolean): object {
  return {
    args: ['--config', `${CONFIG}/config.yaml`, '--host', '0.0.0.0', '--port', String(PORT), '--num_workers', '1'],
    command: ['litellm'],
    env: gatewayEnv(org, proxied),
    image: imageOf(org.fleet.environment, 'litellm'),
    // Time for the Service to send nobody new here.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    ...renderProbes(PROBES, PORT),
    name: 'litellm',
    ports: [{ containerPort: PORT }],
    resources: renderResources(org.gateway.resources),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { mountPath: CONFIG, name: 'config', readOnly: true },
      { mountPath: KEYS, name: 'keys', readOnly: true },
      { mountPath: '/tmp', name: 'tmp' },
    ],
  };
}

/**
 * The providers' keys, each once. The master key is nobody's: without one LiteLLM does not start.
 *
 * @see https://github.com/python/cpython/issues/148891
 */
function gatewayEnv(org: Org, proxied: boolean): EnvVar[] {
  const keys = new Set(org.gateway.models.flatMap(({ deployments }) => deployments.map(({ key }) => key)));
  return [
    ...OFFLINE,
    { name: 'HOME', value: '/tmp' },
    // Python may crash when it collects garbage while a context variable changes, which happens in each call: so it collects rarely.
    { name: 'PYTHON_GC_THRESHOLD', value: '50000,20,20' },
    secretEnv('LITELLM_MASTER_KEY', CREDENTIALS, 'gateway-key'),
    ...[...keys].map((key) => secretEnv(keyVariable(key), key.objectName, key.key)),
    ...(proxied ? proxyEnv(CREDENTIALS) : []),
  ];
}

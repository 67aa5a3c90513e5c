import { describe, expect, it } from 'vitest';
import {
  type Dispatcher,
  DispatcherDatabase,
  Exposure,
  type Fleet,
  type Manifest,
  Run,
  Secret,
  Size,
  Trigger,
} from '../../constructs/index.ts';
import { aDispatcher, aFleet, anAgent, anEnvironment, anOrg } from '../../test/builders.ts';
import { dig, only, podOf } from '../../test/manifests.ts';
import { orgParts } from '../parts.ts';
import { renderOrg } from '../org/org.ts';
import { renderDispatcher } from './dispatcher.ts';

/** A fleet with a pool, a job, and an org without work for the dispatcher. */
function busyFleet(environment = anEnvironment()): Fleet {
  const fleet = aFleet(environment);
  anAgent(anOrg({ fleet, id: 'acme' }), 'pool', { run: Run.pool({ max: 2 }) });
  anAgent(anOrg({ fleet, id: 'beta' }), 'job', { run: Run.job() });
  anAgent(anOrg({ fleet, id: 'calm' }));
  return fleet;
}

function policyOf(manifests: readonly Manifest[], name = 'dispatcher'): Manifest {
  const found = manifests.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name);
  if (found === undefined) throw new Error(`no policy '${name}'`);
  return found;
}

function argsOf(dispatcher: Dispatcher): readonly string[] {
  return podOf(renderDispatcher(dispatcher)).spec.containers[0]?.args ?? [];
}

const namespacesIn = (rules: unknown) => JSON.stringify(rules).match(/(?<="kubernetes.io\/metadata.name":")[^"]+/g);

describe('the dispatcher', () => {
  it('becomes what a program that must not be away needs', () => {
    const kinds = renderDispatcher(aDispatcher(busyFleet())).map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual([
      'NetworkPolicy',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Password',
      'ExternalSecret',
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
  });

  it('is replaced pod by pod, spread over nodes, with time to end', () => {
    const deployment = only(renderDispatcher(aDispatcher()), 'Deployment');
    expect(dig(deployment, 'spec')).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { spec: { terminationGracePeriodSeconds: 30, topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname' }] } },
    });
    expect(podOf([deployment]).spec.containers[0]).toMatchObject({
      livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
      readinessProbe: { httpGet: { path: '/readyz', port: 8080 } },
      securityContext: { readOnlyRootFilesystem: true },
    });
  });

  it('is told of each org by a file, and its pods are replaced when one says something else', () => {
    const [before, after] = [busyFleet(), busyFleet()];
    anAgent(after.orgs[2] ?? anOrg(), 'late');
    const [one, two] = [before, after].map((fleet) => renderDispatcher(aDispatcher(fleet)));
    const files = (one ?? []).filter(({ kind }) => kind === 'ConfigMap');
    expect(files.map(({ metadata }) => metadata.name)).toEqual(['fleet-acme', 'fleet-beta', 'fleet-calm', 'fleet-fleetwright']);
    expect(JSON.parse(String(dig(files[0], 'data', 'fleet.json')))).toMatchObject({
      orgs: { acme: { agents: { pool: { mode: 'pool' } } } },
    });
    const digest = (manifests: readonly Manifest[] = []) => podOf(manifests).metadata.annotations['fleetwright.dev/config'];
    expect(digest(one)).not.toBe(digest(two));
    expect(argsOf(aDispatcher(busyFleet()))).toEqual(expect.arrayContaining(['--fleet=/etc/fleetwright/fleet']));
  });

  it('is reached by agents of orgs that it has work for, by KEDA, and by nobody else', () => {
    const rules = dig(policyOf(renderDispatcher(aDispatcher(busyFleet()))), 'spec', 'ingress');
    expect(namespacesIn(rules)).toEqual(['acme', 'beta', 'keda']);
    expect(dig(policyOf(renderDispatcher(aDispatcher())), 'spec', 'ingress')).toBeUndefined();
  });

  it('asks KEDA of the namespace that the environment names', () => {
    const keda = { labels: { app: 'keda' }, namespace: 'scaling' };
    const fleet = busyFleet(anEnvironment({ cluster: { operatorPods: { keda } } }));
    expect(namespacesIn(dig(policyOf(renderDispatcher(aDispatcher(fleet))), 'spec', 'ingress'))).toEqual(['acme', 'beta', 'scaling']);
  });

  it('reaches its database, the API server and the sign-in', () => {
    expect(dig(policyOf(renderDispatcher(aDispatcher())), 'spec', 'egress')).toEqual([
      {
        ports: [{ port: 5432, protocol: 'TCP' }],
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } },
            podSelector: { matchLabels: { app: 'postgres' } },
          },
        ],
      },
      { ports: [{ port: 6443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.10/32' } }, { ipBlock: { cidr: '10.0.0.11/32' } }] },
      {
        ports: [{ port: 3128, protocol: 'TCP' }],
        to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'egress', 'app.kubernetes.io/name': 'egress' } } }],
      },
    ]);
  });

  it('takes tokens of the OpenID provider, where there is one', () => {
    expect(argsOf(aDispatcher()).join(' ')).toContain('--oidc-issuer=https://id.example.org --oidc-audience=fleetwright');
    const { oidc: _, ...cluster } = anEnvironment().cluster;
    expect(argsOf(aDispatcher(aFleet({ ...anEnvironment(), cluster }))).join(' ')).not.toContain('oidc');
  });
});

describe('the rights of the dispatcher', () => {
  const rolesIn = (org: string) => {
    const fleet = busyFleet();
    return renderOrg(fleet.orgs.find(({ name }) => name === org) ?? anOrg()).filter(({ kind }) => kind.startsWith('Role'));
  };

  it('are given in orgs that it has work for, to its account', () => {
    expect(rolesIn('acme').map(({ metadata }) => metadata.name)).toEqual(['fleetwright-dispatcher', 'fleetwright-dispatcher']);
    expect(rolesIn('beta')[1]).toMatchObject({ subjects: [{ kind: 'ServiceAccount', name: 'dispatcher', namespace: 'fleetwright' }] });
    expect(rolesIn('calm')).toEqual([]);
  });

  it('are one in the cluster: to ask whose a token is', () => {
    expect(only(renderDispatcher(aDispatcher()), 'ClusterRole')['rules']).toEqual([
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    ]);
  });
});

describe('the database of the dispatcher', () => {
  it('is reached by a URL in a file', () => {
    const dispatcher = aDispatcher();
    expect(argsOf(dispatcher)).toEqual(expect.arrayContaining(['--postgres-file=/etc/secrets/tasks-url/url']));
    expect(podOf(renderDispatcher(dispatcher)).spec.volumes.find(({ name }) => name === 'secret-tasks-url')).toBeDefined();
  });

  it('lies on a volume, of one pod, where it is embedded', () => {
    const manifests = renderDispatcher(aDispatcher(aFleet(), { database: DispatcherDatabase.embedded(Size.gibibytes(3)) }));
    expect(only(manifests, 'PersistentVolumeClaim')).toMatchObject({
      metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '3Gi' } }, storageClassName: 'fast' },
    });
    expect(dig(only(manifests, 'Deployment'), 'spec')).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  it('is a cluster of CloudNativePG, which its operator, its own pods and the dispatcher reach', () => {
    const manifests = renderDispatcher(aDispatcher(aFleet(), { database: DispatcherDatabase.cloudNativePg({ instances: 2 }) }));
    expect(only(manifests, 'Cluster')).toMatchObject({
      metadata: { name: 'dispatcher-database' },
      spec: { bootstrap: { initdb: { database: 'dispatcher' } }, instances: 2, storage: { size: '20Gi', storageClass: 'fast' } },
    });
    expect(namespacesIn(dig(policyOf(manifests, 'dispatcher-database'), 'spec', 'ingress'))).toEqual(['cnpg-system']);
    expect(podOf(manifests).spec.volumes).toContainEqual({
      name: 'database',
      secret: { defaultMode: 0o440, items: [{ key: 'uri', path: 'uri' }], secretName: 'dispatcher-database-app' },
    });
  });
});

describe('an exposed dispatcher', () => {
  const hooked = (expose?: Exposure) => {
    const fleet = busyFleet();
    const [acme] = fleet.orgs;
    const [agent] = acme?.children.filter((part) => part.node.id === 'pool') ?? [];
    if (acme === undefined || agent === undefined) throw new Error('no agent');
    const secret = Secret.external(acme, 'signing', 'value');
    Trigger.webhook(acme, 'orders', { secret, start: agent as never, title: 'An order' });
    return renderDispatcher(aDispatcher(fleet, expose === undefined ? {} : { expose }));
  };

  it('is entered through a sign-in', () => {
    const manifests = renderDispatcher(aDispatcher(aFleet(), { expose: Exposure.signedIn() }));
    expect(dig(only(manifests, 'HTTPRoute'), 'spec')).toMatchObject({
      hostnames: ['dispatcher.fleetwright.agents.example.org'],
      rules: [{ backendRefs: [{ name: 'dispatcher', port: 4180 }], matches: [{ path: { value: '/' } }] }],
    });
    expect(podOf(manifests).spec.initContainers.map(({ name }) => name)).toEqual(['sign-in']);
  });

  it('lets webhooks past the sign-in', () => {
    const rules = dig(only(hooked(Exposure.signedIn()), 'HTTPRoute'), 'spec', 'rules');
    expect(rules).toMatchObject([
      { backendRefs: [{ port: 8080 }], matches: [{ path: { type: 'PathPrefix', value: '/hooks' } }] },
      { backendRefs: [{ port: 4180 }], matches: [{ path: { value: '/' } }] },
    ]);
  });

  it('lets webhooks in where people are not let in, and nothing else', () => {
    const manifests = hooked();
    expect(dig(only(manifests, 'HTTPRoute'), 'spec', 'rules')).toHaveLength(1);
    expect(namespacesIn(dig(policyOf(manifests), 'spec', 'ingress'))).toEqual(['acme', 'beta', 'keda', 'ingress']);
  });

  it('has the secret of each webhook as a file, from the store', () => {
    const manifests = hooked();
    expect(manifests.find(({ metadata }) => metadata.name === 'hook.acme.signing')).toMatchObject({
      kind: 'ExternalSecret',
      metadata: { namespace: 'fleetwright' },
      spec: { data: [{ remoteRef: { key: 'acme/signing', property: 'value' } }] },
    });
    expect(podOf(manifests).spec.volumes.find(({ name }) => name === 'hooks')).toMatchObject({
      projected: { sources: [{ secret: { items: [{ key: 'value', path: 'acme/orders' }], name: 'hook.acme.signing', optional: true } }] },
    });
  });
});

describe('the file of the dispatcher', () => {
  it('is left out where the fleet is not whole, as it tells of all orgs', () => {
    const environment = anEnvironment({ orgs: { acme: {}, fleetwright: {} } });
    const { org } = aDispatcher(aFleet(environment));
    expect(orgParts(org).map(({ file }) => file)).not.toContain('test/fleetwright/dispatcher.yaml');
    const whole = aDispatcher(aFleet(anEnvironment({ orgs: { fleetwright: {} } })));
    expect(orgParts(whole.org).map(({ file }) => file)).toContain('test/fleetwright/dispatcher.yaml');
  });
});

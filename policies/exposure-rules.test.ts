import { describe, expect, it } from 'vitest';
import { type Manifest, Org, Secret } from '../constructs/index.ts';
import { aFleet } from '../test/builders.ts';
import type { Fields } from './fields.ts';
import { createJudge } from './index.ts';
import { anObject, aPod, judgeObjects, judgeOrg, saysOf } from './testing.ts';

/** What a rule says of an object that a stack wrote itself. */
function judgeExtra(rule: string, manifest: Manifest): string[] {
  const fleet = aFleet();
  const construct = new Org(fleet, 'acme');
  return saysOf(rule, createJudge(fleet).judge({ construct, file: 'test/acme/_extras.yaml' }, [manifest]));
}

describe('external-path', () => {
  const judge = (path: string, kind: 'ClusterSecretStore' | 'SecretStore') => {
    const external = { kind, name: 'vault' };
    const findings = judgeOrg((org) => Secret.external(org, 'token', 'value', path), {
      secrets: { credentials: 'existing', external, sops: true },
    });
    return saysOf('external-path', findings);
  };

  it.each(['acme', 'acmeother/key', '/acme/key', 'acme/..', 'acme/./key', 'acme/%2E%2e/factory/key', 'acme/..%2ffactory', ''])(
    'lets nobody read %j from a store that all share',
    (path) => {
      expect(judge(path, 'ClusterSecretStore')).toHaveLength(1);
      expect(judge(path, 'SecretStore')).toEqual([]);
    },
  );

  it.each(['acme/key', 'acme/.key', 'acme/a..b', 'acme/deep/key'])('lets the org read its own %j', (path) => {
    expect(judge(path, 'ClusterSecretStore')).toEqual([]);
  });
});

describe('external-source', () => {
  const request = (spec: Fields, name = 'token') => anObject('external-secrets.io/v1', 'ExternalSecret', { spec }, name);
  const shared = { storeRef: { kind: 'ClusterSecretStore', name: 'vault' } };
  const extract = { key: 'factory/key' };

  it('asks each source for its store', () => {
    const own = { secretStoreRef: { name: 'own' } };
    expect(saysOf('external-source', judgeObjects([request({ ...own, dataFrom: [{ extract }] })]))).toEqual([]);
    expect(saysOf('external-source', judgeObjects([request({ ...own, dataFrom: [{ extract, sourceRef: shared }] })]))).toEqual([
      "ExternalSecret acme/token: 'spec.dataFrom[0].extract.key' must begin with 'acme/', without steps up, got 'factory/key'",
    ]);
  });

  it('takes every store for shared that a stack names itself', () => {
    const spec = { data: [{ remoteRef: {}, secretKey: 'a' }], dataFrom: [{ extract }, { find: { path: 'acme/' } }] };
    expect(judgeExtra('external-source', request(spec))).toHaveLength(3);
  });

  it('keeps the names of credentials for what is drawn', () => {
    expect(judgeExtra('external-source', request({}, 'digest-credentials'))).toEqual([
      "ExternalSecret acme/digest-credentials: 'metadata.name' must not end with '-credentials', the name of what a part proves itself with, got 'digest-credentials'",
    ]);
    expect(saysOf('external-source', judgeObjects([request({}, 'digest-credentials')]))).toEqual([]);
  });
});

describe('exposure-declared', () => {
  const judge = (apiVersion: string, kind: string, spec: Fields, annotations: Record<string, string> = {}) => {
    const object = anObject(apiVersion, kind, { spec });
    const says = judgeExtra('exposure-declared', { ...object, metadata: { ...object.metadata, annotations } });
    return says.map((sentence) => sentence.replace(/^\w+ acme\/greeter: /, ''));
  };
  const ingress = (spec: Fields, annotations?: Record<string, string>) => judge('networking.k8s.io/v1', 'Ingress', spec, annotations);
  const route = (spec: Fields) => judge('gateway.networking.k8s.io/v1', 'HTTPRoute', spec);
  const hostnames = ['greeter.acme.agents.example.org'];

  it('lets Services stay in the cluster', () => {
    expect(judge('v1', 'Service', { clusterIP: 'None', type: 'ClusterIP' })).toEqual([]);
    expect(judge('v1', 'Service', { externalName: 'evil.example.com', type: 'ExternalName' })).toHaveLength(2);
    expect(judge('v1', 'Service', { loadBalancerIP: '10.0.0.1', type: 'NodePort' })).toHaveLength(2);
  });

  it('gives an Ingress the hosts of its org only', () => {
    const must = "must end with '.acme.agents.example.org'";
    const rules = [{ host: 'analyst.factory.agents.example.org' }, {}, { host: 'evilacme.agents.example.org' }];
    expect(ingress({ defaultBackend: {}, rules, tls: [{ hosts: ['*.example.org'] }, {}] })).toEqual([
      "'spec.defaultBackend' must not be set: it answers for all hosts",
      `'spec.rules[0].host' ${must}, got 'analyst.factory.agents.example.org'`,
      `'spec.rules[1].host' ${must}, got nothing`,
      `'spec.rules[2].host' ${must}, got 'evilacme.agents.example.org'`,
      `'spec.tls[0].hosts[0]' ${must}, got '*.example.org'`,
    ]);
  });

  it('lets no annotation write configuration', () => {
    expect(ingress({}, { 'fleetwright.dev/note': 'x', 'nginx.ingress.kubernetes.io/configuration-snippet': 'x' })).toEqual([
      "'metadata.annotations['nginx.ingress.kubernetes.io/configuration-snippet']' must not be set: it would write the controller's own configuration",
    ]);
  });

  it('keeps an HTTPRoute in its namespace', () => {
    const foreign = { name: 'gateway', namespace: 'factory' };
    const mirror = { filters: [{ requestMirror: { backendRef: foreign } }, {}] };
    const own = { name: 'greeter', namespace: 'acme' };
    expect(route({ hostnames, rules: [{ backendRefs: [own, { name: 'greeter' }] }] })).toEqual([]);
    expect(route({ hostnames, rules: [{ ...mirror, backendRefs: [own, foreign, { ...own, ...mirror }] }] })).toEqual([
      "'spec.rules[0].backendRefs[1].namespace' must be 'acme', its own namespace, got 'factory'",
      "'spec.rules[0].backendRefs[2].filters[0].requestMirror.backendRef.namespace' must be 'acme', its own namespace, got 'factory'",
      "'spec.rules[0].filters[0].requestMirror.backendRef.namespace' must be 'acme', its own namespace, got 'factory'",
    ]);
    expect(route({ hostnames: ['*.example.org'] })).toHaveLength(1);
    expect(route({})).toEqual(["'spec.hostnames' must name hosts: without, it answers for all of the gateway"]);
  });
});

describe('scheduling-narrow', () => {
  const judge = (fields: Fields) => saysOf('scheduling-narrow', judgeObjects([aPod(fields)]));

  it.each([
    { key: '', operator: 'Exists' },
    { effect: 'NoSchedule', operator: 'Exists' },
  ])('lets no pod tolerate every taint: %j', (toleration) => {
    expect(judge({ tolerations: [toleration] })).toHaveLength(1);
  });

  it('leaves the rest to the cluster', () => {
    expect(
      judge({
        priorityClassName: 'agents',
        tolerations: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', value: 'c' },
        ],
      }),
    ).toEqual([]);
  });
});

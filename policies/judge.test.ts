import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../constructs/index.ts';
import { aFleet, anAgent, anApiAccess, anOrg, aTool } from '../test/builders.ts';
import { examplePod } from './example-pod.ts';
import { createJudge, judgeTree } from './index.ts';
import { POD_KINDS } from './pod.ts';
import { anObject, aPod, judgeObjects, judgeOrg, saysOf } from './testing.ts';

const KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

describe('judgeTree', () => {
  it('says which construct is to blame, and where it was created', () => {
    const [finding] = judgeOrg((org) => aTool(org, 'search'));
    expect(finding).toEqual({
      fix: 'remove it, or give it to an agent',
      message: 'must be used: nothing names this tool',
      path: 'test/acme/search',
      rule: 'unused-part',
      severity: 'warning',
      source: expect.stringMatching(/^test\/builders\.ts:\d+:\d+$/) as string,
    });
  });

  it('finds nothing in an empty fleet', () => {
    expect(judgeTree(aFleet())).toEqual([]);
  });

  it('sorts what it finds by construct', () => {
    const paths = judgeOrg((org) => ['c', 'a', 'b'].forEach((id) => aTool(org, id))).map(({ path }) => path);
    expect(paths).toEqual(['test/acme/a', 'test/acme/b', 'test/acme/c']);
  });
});

describe('createJudge', () => {
  it('says which object of which construct is to blame', () => {
    const agent = anAgent(anOrg());
    const findings = createJudge(agent.org.fleet).judge({ construct: agent, file: 'test/acme/greeter.yaml' }, [
      aPod({ container: { image: 'nginx' } }),
    ]);
    expect(findings).toEqual([
      {
        field: 'spec.containers[0].image',
        fix: "write an image as 'images' of the environment file has it, or add it there by digest",
        message: "must be an image of the environment's image lock, by digest",
        object: 'Pod acme/greeter',
        path: 'test/acme/greeter',
        rule: 'image-digest',
        severity: 'error',
        source: expect.stringMatching(/^test\/builders\.ts:\d+:\d+$/) as string,
        value: "'nginx'",
      },
    ]);
  });

  it('finds nothing in a pod that keeps all rules', () => {
    expect(judgeObjects([aPod()])).toEqual([]);
  });

  it('never shows a credential, not even as the value of another rule', () => {
    const findings = judgeObjects([
      aPod({ container: { args: [`$(X) ${KEY}`], image: KEY } }),
      anObject('v1', 'Secret', { stringData: { key: KEY } }),
    ]);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['image-digest', 'secret-value', 'variable-token']));
    expect(JSON.stringify(findings)).not.toContain(KEY);
  });

  it('never shows a credential as a name or a key', () => {
    const findings = judgeObjects([anObject('v1', 'ConfigMap', { data: { [KEY]: 3 } }, KEY)]);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['object-name', 'schema', 'secret-value']));
    expect(JSON.stringify(findings)).not.toContain(KEY);
  });

  it('refuses a Secret, whatever its values are', () => {
    expect(saysOf('secret-value', judgeObjects([anObject('v1', 'Secret', { data: { password: 'aHVudGVyMg==' } })]))).toEqual([
      'Secret acme/greeter must not be written: with values it does not belong into Git, and without it is a token or nothing',
    ]);
  });

  it('takes kinds of other groups for what they are', () => {
    const service = anObject('serving.knative.dev/v1', 'Service', { spec: { ports: [{ port: 80 }] } });
    const policy = anObject('example.org/v1', 'NetworkPolicy', { spec: { egress: [{}] } });
    expect(judgeObjects([service, policy]).map(({ rule }) => rule)).toEqual(['unknown-kind', 'unknown-kind']);
  });

  it('remembers names from file to file', () => {
    const org = anOrg();
    const [first, second] = [anAgent(org, 'first'), anAgent(org, 'second')];
    const judge = createJudge(org.fleet);
    const manifests = [anObject('v1', 'ConfigMap', { data: {} })];
    expect(judge.judge({ construct: first, file: 'test/acme/first.yaml' }, manifests)).toEqual([]);
    const findings = judge.judge({ construct: second, file: 'test/acme/second.yaml' }, manifests);
    expect(findings.map(({ path }) => path)).toEqual(['test/acme/second']);
    expect(saysOf('duplicate-object', findings)).toEqual([
      'ConfigMap acme/greeter must stand once in the tree: test/acme/first renders it too',
    ]);
  });

  it('lets Argo CD have its own namespace, and no org', () => {
    const org = anOrg();
    const manifest = { apiVersion: 'v1', data: {}, kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'argocd' } };
    const judge = createJudge(org.fleet);
    expect(judge.judge({ construct: org, file: 'test/_argocd/acme.yaml' }, [manifest])).toEqual([]);
    const findings = judge.judge({ construct: org, file: 'test/acme/_extras.yaml' }, [
      { ...manifest, kind: 'Namespace', metadata: { name: 'argocd' } },
    ]);
    expect(saysOf('foreign-namespace', findings)).toEqual([
      "Namespace argocd: 'kind' must be one that stands in a namespace: this one belongs to the whole cluster, got 'Namespace'",
    ]);
  });

  it('lets an org have its own namespace, and nothing else that is cluster-wide', () => {
    const clusterWide = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
      apiVersion,
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    });
    const rbac = 'rbac.authorization.k8s.io/v1';
    const judge = (manifest: Manifest) => saysOf('foreign-namespace', judgeObjects([manifest]));
    expect(judge(clusterWide('v1', 'Namespace', 'acme'))).toEqual([]);
    expect(judge(clusterWide('v1', 'Namespace', 'other'))).toHaveLength(1);
    expect(judge(clusterWide('v1', 'Namespace', 'acme', 'acme'))).toHaveLength(1);
    expect(judge(clusterWide(rbac, 'ClusterRole', 'acme'))).toHaveLength(1);
    expect(judge(clusterWide(rbac, 'ClusterRole', 'acme', 'acme'))).toHaveLength(1);
    expect(judge(clusterWide('v1', 'PersistentVolume', 'acme', 'acme'))).toHaveLength(1);
    for (const kind of ['AppProject', 'Application', 'ApplicationSet'])
      expect(judge(clusterWide('argoproj.io/v1alpha1', kind, 'acme', 'acme'))).toHaveLength(1);
  });

  it('lets no stack render the namespace of its org again, with a namespace or without', () => {
    const org = anOrg();
    const judge = createJudge(org.fleet);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme' } };
    expect(judge.judge({ construct: org, file: 'test/acme/_org.yaml' }, [namespace])).toEqual([]);
    for (const metadata of [namespace.metadata, { name: 'acme', namespace: 'acme' }]) {
      const findings = judge.judge({ construct: org, file: 'test/acme/_extras.yaml' }, [{ ...namespace, metadata }]);
      expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['duplicate-object', 'foreign-namespace']));
    }
  });

  it('lets an agent with rights to the API have a token that lives an hour', () => {
    const agent = anAgent(anOrg(), 'greeter', { apiAccess: [anApiAccess()] });
    const token = (expirationSeconds: number) =>
      aPod({ volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { expirationSeconds, path: 'token' } }] } }] });
    const judge = (manifest: Manifest) =>
      createJudge(agent.org.fleet).judge({ construct: agent, file: 'test/acme/greeter.yaml' }, [manifest]);
    expect(judge(token(3600))).toEqual([]);
    expect(saysOf('service-account-token', judge(token(86_400)))).toEqual([
      "Pod acme/greeter: 'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds' must be at most 3600, got 86400",
    ]);
  });

  it('shows names and values on one line, without what a terminal acts upon', () => {
    const [finding] = judgeObjects([anObject('v1', 'ConfigMap', { data: {} }, 'a\u001B[31m\nb\u202E')]);
    expect(finding?.object).toBe(String.raw`ConfigMap acme/'a\u001b[31m\nb\u{202e}'`);
    expect(finding?.value).toBe(String.raw`'a\u001b[31m\nb\u{202e}'`);
  });

  it('judges whatever an object holds', () => {
    const anything = fc.anything({
      maxDepth: 5,
      values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
    });
    const part = fc.constantFrom('metadata', 'spec', 'template', 'data', 'rules', 'roleRef', 'subjects');
    const kind = fc.constantFrom(
      ...POD_KINDS,
      'Service',
      'networking.k8s.io/NetworkPolicy',
      'cilium.io/CiliumNetworkPolicy',
      'autoscaling/HorizontalPodAutoscaler',
      'keda.sh/ScaledObject',
      'rbac.authorization.k8s.io/Role',
      'rbac.authorization.k8s.io/RoleBinding',
    );
    fc.assert(
      fc.property(kind, fc.dictionary(part, anything), (groupKind, fields) => {
        const [name = '', group = ''] = groupKind.split('/').toReversed();
        judgeObjects([{ apiVersion: group === '' ? 'v1' : `${group}/v1`, kind: name, metadata: { name: 'x' }, ...fields }]);
      }),
      { numRuns: 500 },
    );
  });

  it('judges whatever a container holds', () => {
    const anything = fc.anything({ maxDepth: 4, values: [fc.string(), fc.integer(), fc.constant(null)] });
    const field = fc.constantFrom(
      'args',
      'command',
      'env',
      'envFrom',
      'image',
      'lifecycle',
      'livenessProbe',
      'ports',
      'resources',
      'securityContext',
      'volumeMounts',
    );
    fc.assert(
      fc.property(fc.dictionary(field, anything), (container) => {
        judgeObjects([anObject('apps/v1', 'Deployment', { spec: { template: examplePod({ container }) } })]);
      }),
    );
  });
});

describe('the facts of a file', () => {
  const factsOf = (...manifests: Manifest[]) => {
    const agent = anAgent(anOrg());
    const judge = createJudge(agent.org.fleet);
    judge.judge({ construct: agent, file: 'test/acme/greeter.yaml' }, manifests);
    return judge.facts;
  };
  const aService = (selector: object) => anObject('v1', 'Service', { spec: { ports: [{ port: 8080 }], selector } });
  const anExternalSecret = (name: string) => anObject('external-secrets.io/v1', 'ExternalSecret', { spec: { target: { name } } });
  const own = anObject('v1', 'ConfigMap', { data: { a: 'b' } }, 'settings');

  it('differ for all that other files may depend on', () => {
    const all = [
      factsOf(aPod()),
      factsOf(anObject('v1', 'ConfigMap')),
      factsOf(anObject('v1', 'ConfigMap', {}, 'other')),
      factsOf(anObject('v1', 'Secret', {}, 'other')),
      factsOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'elsewhere' } }),
      factsOf(aPod({ serviceAccountName: 'other' })),
      factsOf(aPod({ volumes: [{ configMap: { name: 'settings' }, name: 'a' }] })),
      factsOf(aPod({ volumes: [{ secret: { secretName: 'settings' }, name: 'a' }] })),
      factsOf({ ...aPod(), metadata: { labels: { a: 'b' }, name: 'greeter', namespace: 'acme' } }),
      factsOf(aService({ a: 'b' })),
      factsOf(aService({ a: 'c' })),
      factsOf(anExternalSecret('a')),
      factsOf(anExternalSecret('b')),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('are the same for what concerns the file alone', () => {
    const pod = (fields: object) => aPod({ volumes: [{ configMap: { name: 'settings' }, name: 'a' }], ...fields });
    const plain = factsOf(own, pod({}));
    expect(factsOf({ ...own, data: { a: 'c' } }, pod({ hostname: 'x' }))).toBe(plain);
    expect(factsOf(pod({}), own)).not.toBe(plain);
    expect(factsOf(own, aPod({ volumes: [] }))).toBe(plain);
  });
});

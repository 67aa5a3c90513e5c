import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../constructs/index.ts';
import { aFleet, anAgent, anEnvironment, anOrg, aSecret } from '../test/builders.ts';
import { examplePod } from './example-pod.ts';
import type { Fields } from './fields.ts';
import { createJudge } from './index.ts';
import { anObject, aPod, judgeObjects, saysOf } from './testing.ts';

function sayOf(...manifests: Manifest[]): string[] {
  return saysOf('dangling-reference', judgeObjects(manifests));
}

const NONE_OF = (kind: string) => `must name a ${kind} in namespace 'acme': there is none of this name, got 'lost'`;

const reference = (name: string, optional?: boolean) => ({ key: 'k', name, optional });

describe('dangling-reference', () => {
  it.each<[string, Fields, string]>([
    ['a ServiceAccount', { serviceAccountName: 'lost' }, `'spec.serviceAccountName' ${NONE_OF('ServiceAccount')}`],
    ['a pull secret', { imagePullSecrets: [{ name: 'lost' }] }, `'spec.imagePullSecrets[0].name' ${NONE_OF('Secret')}`],
    ['a volume of a ConfigMap', { volumes: [{ configMap: { name: 'lost' } }] }, `'spec.volumes[0].configMap.name' ${NONE_OF('ConfigMap')}`],
    ['a volume of a Secret', { volumes: [{ secret: { secretName: 'lost' } }] }, `'spec.volumes[0].secret.secretName' ${NONE_OF('Secret')}`],
    [
      'a claim',
      { volumes: [{ persistentVolumeClaim: { claimName: 'lost' } }] },
      `'spec.volumes[0].persistentVolumeClaim.claimName' ${NONE_OF('PersistentVolumeClaim')}`,
    ],
    [
      'a projected ConfigMap',
      { volumes: [{ projected: { sources: [{ configMap: { name: 'lost' } }] } }] },
      `'spec.volumes[0].projected.sources[0].configMap.name' ${NONE_OF('ConfigMap')}`,
    ],
    [
      'a projected Secret',
      { volumes: [{ projected: { sources: [{ secret: { name: 'lost' } }] } }] },
      `'spec.volumes[0].projected.sources[0].secret.name' ${NONE_OF('Secret')}`,
    ],
    [
      'a variable of a ConfigMap',
      { container: { env: [{ valueFrom: { configMapKeyRef: reference('lost') } }] } },
      `'spec.containers[0].env[0].valueFrom.configMapKeyRef.name' ${NONE_OF('ConfigMap')}`,
    ],
    [
      'a variable of a Secret',
      { container: { env: [{ valueFrom: { secretKeyRef: reference('lost') } }] } },
      `'spec.containers[0].env[0].valueFrom.secretKeyRef.name' ${NONE_OF('Secret')}`,
    ],
    [
      'variables of a ConfigMap',
      { container: { envFrom: [{ configMapRef: { name: 'lost' } }] } },
      `'spec.containers[0].envFrom[0].configMapRef.name' ${NONE_OF('ConfigMap')}`,
    ],
    [
      'variables of a Secret',
      { container: { envFrom: [{ secretRef: { name: 'lost' } }] } },
      `'spec.containers[0].envFrom[0].secretRef.name' ${NONE_OF('Secret')}`,
    ],
  ])('misses %s of a pod', (_, fields, says) => {
    expect(sayOf(aPod(fields))).toEqual([`Pod acme/greeter: ${says}`]);
  });

  it.each<[Manifest, string]>([
    [anObject('apps/v1', 'StatefulSet', { spec: { serviceName: 'lost' } }), `'spec.serviceName' ${NONE_OF('Service')}`],
    [
      anObject('autoscaling/v2', 'HorizontalPodAutoscaler', {
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'lost' } },
      }),
      `'spec.scaleTargetRef.name' ${NONE_OF('Deployment')}`,
    ],
    [
      anObject('keda.sh/v1alpha1', 'ScaledObject', { spec: { scaleTargetRef: { name: 'lost' } } }),
      `'spec.scaleTargetRef.name' ${NONE_OF('Deployment')}`,
    ],
    [
      anObject('keda.sh/v1alpha1', 'ScaledObject', { spec: { triggers: [{ authenticationRef: { name: 'lost' } }] } }),
      `'spec.triggers[0].authenticationRef.name' ${NONE_OF('TriggerAuthentication')}`,
    ],
    [
      anObject('extensions.agents.x-k8s.io/v1beta1', 'SandboxWarmPool', { spec: { sandboxTemplateRef: { name: 'lost' } } }),
      `'spec.sandboxTemplateRef.name' ${NONE_OF('SandboxTemplate')}`,
    ],
    [
      anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { rules: [{ backendRefs: [{ name: 'lost' }] }] } }),
      `'spec.rules[0].backendRefs[0].name' ${NONE_OF('Service')}`,
    ],
    [
      anObject('networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'lost' } } }] } }] } }),
      `'spec.rules[0].http.paths[0].backend.service.name' ${NONE_OF('Service')}`,
    ],
    [
      anObject('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'lost' } }),
      `'roleRef.name' ${NONE_OF('Role')}`,
    ],
    [
      anObject('rbac.authorization.k8s.io/v1', 'RoleBinding', { subjects: [{ kind: 'ServiceAccount', name: 'lost', namespace: 'acme' }] }),
      `'subjects[0].name' ${NONE_OF('ServiceAccount')}`,
    ],
    [
      anObject('external-secrets.io/v1', 'ExternalSecret', {
        spec: {
          dataFrom: [
            { sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: 'lost' } } },
          ],
        },
      }),
      `'spec.dataFrom[0].sourceRef.generatorRef.name' ${NONE_OF('Password')}`,
    ],
  ])('misses what a $kind names', (manifest, says) => {
    expect(sayOf(manifest)).toEqual([`${manifest.kind} acme/greeter: ${says}`]);
  });

  it.each<[Manifest, string]>([
    [anObject('v1', 'Service', { spec: { selector: { app: 'lost' } } }), 'spec.selector'],
    [anObject('policy/v1', 'PodDisruptionBudget', { spec: { selector: { matchLabels: { app: 'lost' } } } }), 'spec.selector.matchLabels'],
    [
      anObject('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: { matchLabels: { app: 'lost' } } } }),
      'spec.podSelector.matchLabels',
    ],
    [
      anObject('networking.k8s.io/v1', 'NetworkPolicy', {
        spec: { egress: [{ to: [{ podSelector: { matchLabels: { app: 'lost' } } }] }] },
      }),
      'spec.egress[0].to[0].podSelector.matchLabels',
    ],
  ])('misses the pods of a $kind', (manifest, field) => {
    const says = `${manifest.kind} acme/greeter: '${field}' must choose pods in namespace 'acme': none has these labels, got {"app":"lost"}`;
    expect(sayOf(manifest, aPod())).toEqual([says]);
  });

  it('asks for nothing that need not be there', () => {
    const optional = {
      env: [{ valueFrom: { secretKeyRef: reference('lost', true) } }],
      envFrom: [{ configMapRef: { name: 'lost', optional: true } }],
    };
    const volumes = [{ secret: { optional: true, secretName: 'lost' } }, { configMap: { name: 'kube-root-ca.crt' } }];
    const foreign = { from: [{ podSelector: { matchLabels: { app: 'lost' } } }] };
    const peers = { to: [{ namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: { matchLabels: { app: 'lost' } } }] };
    const policy = anObject('networking.k8s.io/v1', 'NetworkPolicy', { spec: { egress: [peers], ingress: [foreign], podSelector: {} } });
    expect(
      sayOf(aPod({ container: optional, serviceAccountName: 'default', volumes }), policy, anObject('v1', 'Service', { spec: {} })),
    ).toEqual([]);
  });

  it('leaves alone what is elsewhere, or no object of the tree', () => {
    const backendRefs = [
      { name: 'lost', namespace: 'other' },
      { kind: 'Bucket', name: 'lost' },
    ];
    const subjects = [
      { kind: 'ServiceAccount', name: 'lost', namespace: 'other' },
      { kind: 'User', name: 'lost', namespace: 'acme' },
    ];
    const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { rules: [{ backendRefs }] } });
    const binding = anObject('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects });
    expect(sayOf(route, binding)).toEqual([]);
  });

  it('knows the Secrets that operators make', () => {
    const volumes = ['fetched', 'renamed', 'sealed'].map((secretName) => ({ secret: { secretName } }));
    const makers = [
      anObject('external-secrets.io/v1', 'ExternalSecret', { spec: {} }, 'fetched'),
      anObject('external-secrets.io/v1', 'ExternalSecret', { spec: { target: { name: 'renamed' } } }, 'other'),
      anObject('isindir.github.com/v1alpha3', 'SopsSecret', { spec: { secretTemplates: [{ name: 'sealed' }] } }),
    ];
    expect(sayOf(...makers, aPod({ volumes }))).toEqual([]);
    expect(sayOf(aPod({ volumes }), ...makers)).toEqual([]);
    expect(sayOf(...makers, aPod({ volumes: [...volumes, { configMap: { name: 'sealed' } }] }))).toHaveLength(1);
  });

  it.each(['generated', 'existing'] as const)('knows credentials that exist already, where they are %s', (credentials) => {
    const environment = anEnvironment({ cluster: { secrets: { credentials, sops: true } } });
    const org = anOrg({ environment });
    const agent = anAgent(org, 'greeter', { secrets: [aSecret(org, 'token')] });
    const volumes = ['greeter-credentials', 'nobody-credentials', 'token'].map((secretName) => ({ secret: { secretName } }));
    const judge = createJudge(org.fleet);
    judge.judge({ construct: agent, file: 'test/acme/greeter.yaml' }, [aPod({ volumes })]);
    const missing = judge.finish().map(({ value }) => value);
    expect(missing).toEqual(credentials === 'existing' ? ["'nobody-credentials'"] : ["'greeter-credentials'", "'nobody-credentials'"]);
  });

  it('waits for the files that come later', () => {
    const org = anOrg();
    const judge = createJudge(org.fleet);
    const service = anObject('v1', 'Service', { spec: { selector: { 'app.kubernetes.io/name': 'greeter' } } });
    const deployment = anObject('apps/v1', 'Deployment', { spec: { template: examplePod({ serviceAccountName: 'greeter' }) } });
    judge.judge({ construct: org, file: 'test/acme/a.yaml' }, [service]);
    judge.judge({ construct: org, file: 'test/acme/b.yaml' }, [deployment]);
    judge.judge({ construct: org, file: 'test/acme/c.yaml' }, [anObject('v1', 'ServiceAccount')]);
    expect(judge.finish()).toEqual([]);
  });

  it('finds the same facts whatever was seen before', () => {
    const secret = anObject('external-secrets.io/v1', 'ExternalSecret', { spec: {} }, 'token');
    const pod = aPod({ volumes: ['token', 'token'].map((secretName) => ({ secret: { secretName } })) });
    const [early, late] = [
      [secret, pod],
      [pod, secret],
    ].map((manifests) => {
      const org = anOrg();
      const judge = createJudge(org.fleet);
      const agents = [anAgent(org, 'one'), anAgent(org, 'two')];
      const facts = agents.map((construct, index) => {
        judge.judge({ construct, file: `test/acme/${construct.name}.yaml` }, manifests.slice(index, index + 1));
        return judge.facts;
      });
      return facts.sort();
    });
    expect(early).toEqual(late);
  });

  it('does not look into other namespaces', () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lost', namespace: 'other' } };
    expect(sayOf(aPod({ serviceAccountName: 'lost' }), account)).toHaveLength(1);
  });

  it('says once what many name', () => {
    const pods = ['a', 'b', 'c'].map((name) => ({ ...aPod({ serviceAccountName: 'lost' }), metadata: { name, namespace: 'acme' } }));
    expect(sayOf(...pods)).toEqual([
      "Pod acme/a: 'spec.serviceAccountName' must name a ServiceAccount in namespace 'acme': there is none of this name (and 2 more places say the same), got 'lost'",
    ]);
  });

  it('keeps little of what it saw', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapUsed = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const fleet = aFleet();
    const org = anOrg({ fleet });
    const judge = createJudge(fleet);
    const see = (count: number, from: number) => {
      for (let i = from; i < from + count; i++) {
        const labels = { 'app.kubernetes.io/name': `agent-${i}` };
        const template = examplePod({ serviceAccountName: `agent-${i}` });
        judge.judge({ construct: org, file: 'test/acme/a.yaml' }, [
          anObject('v1', 'ServiceAccount', {}, `agent-${i}`),
          anObject('v1', 'Service', { spec: { selector: labels } }, `agent-${i}`),
          anObject('apps/v1', 'Deployment', { spec: { template: { ...template, metadata: { labels } } } }, `agent-${i}`),
        ]);
      }
    };
    see(1000, 0);
    const before = heapUsed();
    see(10_000, 1000);
    expect((heapUsed() - before) / 30_000).toBeLessThan(400);
    expect(judge.finish()).toEqual([]);
  });
});

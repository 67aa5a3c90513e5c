import { describe, expect, it } from 'vitest';
import { describeProblem, type Manifest } from '../../constructs/index.ts';
import { isKnownKind, knownKinds, validateManifest } from './index.ts';
import { SAMPLES } from './testing/samples.ts';

type Fields = Record<string, unknown>;

/** A copy of the sample of a kind with one value set, or removed when it is undefined. */
function sample(kind: string, path = '', value?: unknown): Manifest {
  const found = SAMPLES.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`no sample of ${kind}`);
  const copy = structuredClone(found);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Fields>((fields, key) => fields[key] as Fields, copy);
  if (path !== '') parent[last] = value;
  return copy;
}

function messages(manifest: Manifest): string[] {
  return validateManifest(manifest).map(describeProblem);
}

const POD = 'spec.template.spec';
const MAIN = `${POD}.containers.0`;

describe('validateManifest', () => {
  it.each(SAMPLES.map((object) => [object.kind, object] as const))('takes a good %s', (_, object) => {
    expect(messages(object)).toEqual([]);
  });

  it('answers with the same empty list for every good object', () => {
    expect(validateManifest(sample('Service'))).toBe(validateManifest(sample('Deployment')));
  });

  it.each([
    [
      'a misspelt field',
      sample('Deployment', 'spec.replcas', 2),
      "'/spec/replcas' must not be set: there is no such field; did you mean 'replicas'?",
    ],
    [
      'a field of another kind of source',
      sample('Deployment', `${MAIN}.env.1.valueFrom.vault`, {}),
      "'/spec/template/spec/containers/0/env/1/valueFrom/vault' must not be set: there is no such field; " +
        'the fields here are configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef',
    ],
    ['a missing field', sample('Deployment', `${MAIN}.image`), "'/spec/template/spec/containers/0/image' must be set"],
    ['a missing name', sample('ConfigMap', 'metadata.name'), "'/metadata/name' must be set"],
    [
      'a number in quotes',
      sample('Deployment', 'spec.replicas', '2'),
      "'/spec/replicas' must be a whole number from 0 to 2147483647, got '2'; write 2 without quotes",
    ],
    ['a number that is text', sample('ConfigMap', 'data.port', 8080), "'/data/port' must be text, got 8080; in quotes, '8080' is text"],
    [
      'a boolean in quotes',
      sample('ServiceAccount', 'automountServiceAccountToken', 'false'),
      "'/automountServiceAccountToken' must be true or false, got 'false'; write false without quotes",
    ],
    ['a null', sample('Service', 'metadata.labels.app', null), "'/metadata/labels/app' must not be null; leave it out"],
    ['an object for a list', sample('Service', 'spec.ports', { port: 80 }), "'/spec/ports' must be a list, got { port: 80 }"],
    [
      'a list for an object',
      sample('Service', 'spec.selector', ['app']),
      "'/spec/selector' must be an object with keys of your choice, got [ 'app' ]",
    ],
    ['text for an object', sample('Service', 'spec', 'text'), "'/spec' must be an object with fields, got 'text'"],
    [
      'a value in the wrong case',
      sample('Deployment', `${MAIN}.imagePullPolicy`, 'always'),
      "'/spec/template/spec/containers/0/imagePullPolicy' must be one of 'Always', 'IfNotPresent', 'Never', got 'always'; did you mean 'Always'?",
    ],
    [
      'the restart policy of a Job in a Deployment',
      sample('Deployment', `${POD}.restartPolicy`, 'Never'),
      "'/spec/template/spec/restartPolicy' must be 'Always', got 'Never'",
    ],
    [
      'a port out of range',
      sample('Deployment', `${MAIN}.ports.0.containerPort`, 80_800),
      "'/spec/template/spec/containers/0/ports/0/containerPort' must be a whole number from 1 to 65535, got 80800",
    ],
    [
      'a fraction for a whole number',
      sample('Deployment', 'spec.replicas', 1.5),
      "'/spec/replicas' must be a whole number from 0 to 2147483647, got 1.5",
    ],
    [
      'a port name that is too long',
      sample('Service', 'spec.ports.0.targetPort', 'a-name-of-16-let'),
      "'/spec/ports/0/targetPort' must have at most 15 characters, got 'a-name-of-16-let'",
    ],
    [
      'an amount with an unknown unit',
      sample('Deployment', `${MAIN}.resources.limits.memory`, '1GB'),
      "'/spec/template/spec/containers/0/resources/limits/memory' must be an amount of at least 0, such as '500m', '2Gi' or 1, got '1GB'",
    ],
    [
      'a misspelt resource',
      sample('Deployment', `${MAIN}.resources.limits`, { memroy: '1Gi' }),
      "'/spec/template/spec/containers/0/resources/limits/memroy' must not be set: " +
        'keys here are cpu, memory, ephemeral-storage, or named with a domain such as example.com/gpu',
    ],
    [
      'a percentage without its sign',
      sample('PodDisruptionBudget', 'spec.maxUnavailable', '25'),
      "'/spec/maxUnavailable' must be a whole number or a percentage such as '25%', got '25'",
    ],
    [
      'a field that the downward API does not have',
      sample('Deployment', `${MAIN}.env.1.valueFrom.fieldRef.fieldPath`, 'status.podIp'),
      "'/spec/template/spec/containers/0/env/1/valueFrom/fieldRef/fieldPath' must be a field that the downward API offers, " +
        "such as metadata.name or status.podIP, got 'status.podIp'",
    ],
    [
      'a network that is none',
      sample('NetworkPolicy', 'spec.egress.0.to.0.ipBlock.cidr', '10.0.0.0'),
      "'/spec/egress/0/to/0/ipBlock/cidr' must be a network such as '10.0.0.0/8' or 'fd00::/8', got '10.0.0.0'",
    ],
    [
      'an empty list where one item is needed',
      sample('Deployment', `${POD}.containers`, []),
      "'/spec/template/spec/containers' must have at least 1 item, got 0",
    ],
    [
      'two handlers in a probe',
      sample('Deployment', `${MAIN}.readinessProbe.exec`, { command: ['true'] }),
      "'/spec/template/spec/containers/0/readinessProbe' must set exactly one of 'exec', 'grpc', 'httpGet' or 'tcpSocket'; 'exec' and 'httpGet' are set",
    ],
    [
      'a volume without a source',
      sample('Deployment', `${POD}.volumes.0`, { name: 'tmp' }),
      "'/spec/template/spec/volumes/0' must set exactly one field besides 'name'; none is set",
    ],
    [
      'an environment variable that is set twice',
      sample('Deployment', `${MAIN}.env.3`, { name: 'TOKEN', value: '' }),
      "'/spec/template/spec/containers/0/env/3' must differ from all other items in 'name', got { name: 'TOKEN' }; item 2 is the same",
    ],
    [
      'a port that is named twice',
      sample('Service', 'spec.ports.1', { name: 'more', port: 80, protocol: 'TCP' }),
      "'/spec/ports/1' must differ from all other items in 'port' or 'protocol', got { port: 80, protocol: 'TCP' }; item 0 is the same",
    ],
    [
      'a duration that a custom resource refuses',
      sample('HTTPRoute', 'spec.rules.0.timeouts', { request: '1 minute' }),
      "'/spec/rules/0/timeouts/request' must match ^([0-9]{1,5}(h|m|s|ms)){1,4}$, got '1 minute'",
    ],
    [
      'a key with a slash, which a JSON pointer escapes',
      sample('ConfigMap', 'metadata.annotations', { 'a/b~c': 1 }),
      "'/metadata/annotations/a~1b~0c' must be text, got 1; in quotes, '1' is text",
    ],
  ])('explains %s', (_, manifest, message) => {
    expect(messages(manifest)).toEqual([message]);
  });

  it('reports all problems at once, in the order of the object', () => {
    const manifest = sample('Service', 'spec', { type: 'NodePorts', ports: [{ port: 0 }, { prot: 80 }], selectors: {} });
    expect(validateManifest(manifest).map(({ rule, prop }) => `${rule} ${prop}`)).toEqual([
      'wrong-value /spec/type',
      'wrong-value /spec/ports/0/port',
      'unknown-field /spec/ports/1/prot',
      'missing-field /spec/ports/1/port',
      'unknown-field /spec/selectors',
    ]);
  });

  it('never shows a value of a secret', () => {
    const wrong = { ...sample('Secret', 'data.token', 'hunter2!'), stringData: { pin: 1234 } };
    expect(messages(wrong)).toEqual(["'/data/token' must be base64", "'/stringData/pin' must be text"]);
  });

  it('lets a key with the value undefined pass, as the YAML does not have it', () => {
    expect(messages(sample('Service', 'spec.noSuchField'))).toEqual([]);
    expect(messages(sample('Deployment', 'spec.template'))).toEqual(["'/spec/template' must be set"]);
  });

  it('does not look into a status, nor where a custom resource keeps what it does not know', () => {
    expect(messages(sample('Deployment', 'status', { anything: [null] }))).toEqual([]);
    const helm = { valuesObject: { any: { thing: [1] } } };
    expect(messages(sample('Application', 'spec.source', { repoURL: 'https://git.example.com/a.git', helm }))).toEqual([]);
  });

  it('is not fooled by keys of Object.prototype', () => {
    const spec = JSON.parse('{"__proto__": {}, "constructor": {}, "ports": []}') as Fields;
    expect(validateManifest(sample('Service', 'spec', spec)).map(({ prop }) => prop)).toEqual(['/spec/__proto__', '/spec/constructor']);
  });
});

describe('kinds', () => {
  it.each([
    ['apps/v1', 'Deploymnt', 'apps/v1 Deployment'],
    ['apps/v1beta1', 'Deployment', 'apps/v1 Deployment'],
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1 Ingress'],
    ['external-secrets.io/v1beta1', 'ExternalSecret', 'external-secrets.io/v1 ExternalSecret'],
  ])('suggests what %s %s may have been meant to be', (apiVersion, kind, meant) => {
    expect(validateManifest({ apiVersion, kind, metadata: { name: 'x' } })).toEqual([
      {
        rule: 'unknown-kind',
        prop: '/kind',
        must: 'be a kind that has a schema',
        got: `${apiVersion} ${kind}`,
        hint: `did you mean ${meant}?`,
      },
    ]);
  });

  it('lists all known kinds when none is near', () => {
    const [problem] = validateManifest({ apiVersion: 'example.com/v1', kind: 'Rocket', metadata: { name: 'x' } });
    expect(problem?.hint).toMatch(/^known are .*apps\/v1 Deployment, .*v1 Service/);
  });

  it('are known in one version, and prototype names are not among them', () => {
    expect(isKnownKind('v1', 'Service')).toBe(true);
    expect(isKnownKind('v2', 'Service')).toBe(false);
    expect(validateManifest({ apiVersion: '__proto__', kind: 'constructor', metadata: { name: 'x' } })).toHaveLength(1);
    expect(knownKinds()).toContain('cilium.io/v2 CiliumNetworkPolicy');
  });
});

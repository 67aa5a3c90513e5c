import { describe, expect, it } from 'vitest';
import { Org } from '../constructs/index.ts';
import { aFleet, anAgent } from '../test/builders.ts';
import type { Fields } from './fields.ts';
import { createJudge } from './index.ts';
import { anObject, aPod, judgeObjects, saysOf } from './testing.ts';

describe('object-name', () => {
  const judge = (apiVersion: string, kind: string, name: string) =>
    saysOf('object-name', judgeObjects([{ apiVersion, kind, metadata: { name, namespace: 'acme' } }]));

  it.each([
    ['v1', 'ConfigMap', 'a'.repeat(253)],
    ['v1', 'ConfigMap', '1.greeter-2'],
    ['v1', 'Service', `a${'b'.repeat(62)}`],
    ['v1', 'Namespace', '1st'],
    ['batch/v1', 'CronJob', 'a'.repeat(52)],
    ['rbac.authorization.k8s.io/v1', 'Role', 'system:Reader_1'],
  ])('lets a %s %s be called %s', (apiVersion, kind, name) => {
    expect(judge(apiVersion, kind, name)).toEqual([]);
  });

  it.each([
    ['v1', 'ConfigMap', 'a'.repeat(254)],
    ['v1', 'ConfigMap', 'Greeter'],
    ['v1', 'ConfigMap', 'greeter_1'],
    ['v1', 'ConfigMap', 'a..b'],
    ['v1', 'ConfigMap', '-a'],
    ['v1', 'ConfigMap', ''],
    ['v1', 'ConfigMap', 'gr\u0435eter'],
    ['v1', 'ConfigMap', '🙂'],
    ['v1', 'ConfigMap', '../etc'],
    ['v1', 'Service', 'a'.repeat(64)],
    ['v1', 'Service', 'a.b'],
    ['v1', 'Service', '1st'],
    ['v1', 'Namespace', 'a.b'],
    ['apps/v1', 'StatefulSet', 'a.b'],
    ['batch/v1', 'CronJob', 'a'.repeat(53)],
    ['batch/v1', 'Job', 'a'.repeat(64)],
    ['rbac.authorization.k8s.io/v1', 'Role', '..'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'a/b'],
  ])('lets no %s %s be called %s', (apiVersion, kind, name) => {
    expect(judge(apiVersion, kind, name)).toHaveLength(1);
  });

  it.each([
    ['ConfigMap', 'A', 'be 1 to 253 characters of a-z, 0-9, dots and dashes, with none at its ends'],
    ['Namespace', 'A', 'be 1 to 63 characters of a-z, 0-9 and dashes, with none at its ends'],
  ])('says what a %s may be called', (kind, name, must) => {
    expect(judge('v1', kind, name)).toEqual([`${kind} acme/A: 'metadata.name' must ${must}, got 'A'`]);
  });

  it.each([
    ['batch/v1', 'CronJob', 'be 1 to 52 characters of a-z, 0-9, dots and dashes, with none at its ends'],
    ['rbac.authorization.k8s.io/v1', 'Role', "be 1 to 253 characters without '/' and '%'"],
  ])('says what a %s %s may be called', (apiVersion, kind, must) => {
    expect(judge(apiVersion, kind, 'A/')).toEqual([`${kind} acme/'A/': 'metadata.name' must ${must}, got 'A/'`]);
  });

  it('asks for a name that stays the same', () => {
    const nameless = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'greeter-', namespace: 'acme' } };
    expect(saysOf('object-name', judgeObjects([nameless as never]))).toEqual([
      "ConfigMap acme/nothing: 'metadata.generateName' must not be set: each apply would make a new object, got 'greeter-'",
      "ConfigMap acme/nothing: 'metadata.name' must be 1 to 253 characters of a-z, 0-9, dots and dashes, with none at its ends, got nothing",
    ]);
  });
});

describe('label-syntax', () => {
  const judge = (metadata: Fields) =>
    saysOf(
      'label-syntax',
      judgeObjects([{ apiVersion: 'v1', data: {}, kind: 'ConfigMap', metadata: { ...metadata, name: 'greeter', namespace: 'acme' } }]),
    );

  it.each(['a', 'A.b_c-d', 'example.org/a', `${'a'.repeat(63)}`, `${'a'.repeat(253)}/b`])('takes the key %s', (key) => {
    expect(judge({ annotations: { [key]: 'x' }, labels: { [key]: 'x' } })).toEqual([]);
  });

  it.each(['', 'a b', '-a', 'a/', '/a', 'a/b/c', 'Example.org/a', 'a'.repeat(64), `${'a'.repeat(254)}/b`, 'ключ', 'a\n'])(
    'refuses the key %j',
    (key) => {
      expect(judge({ labels: { [key]: 'x' } })).toHaveLength(1);
    },
  );

  it.each(['', 'a', 'A-b_c.d', 'a'.repeat(63)])('takes the value %j', (value) => {
    expect(judge({ labels: { key: value } })).toEqual([]);
  });

  it.each(['-', 'a b', 'a/b', 'ä', 'a'.repeat(64), 'a\n'])('refuses the value %j', (value) => {
    expect(judge({ labels: { key: value } })).toHaveLength(1);
  });

  it('takes a host in upper case in annotations only', () => {
    expect(judge({ annotations: { 'Example.org/Why': 'x' } })).toEqual([]);
    expect(judge({ labels: { 'Example.org/Why': 'x' } })).toHaveLength(1);
  });

  it('looks at the labels of pods as well', () => {
    const deployment = anObject('apps/v1', 'Deployment', { spec: { template: { metadata: { labels: { tier: 'front end' } } } } });
    expect(saysOf('label-syntax', judgeObjects([deployment]))).toEqual([
      "Deployment acme/greeter: 'spec.template.metadata.labels.tier' must be at most 63 letters, digits, '-', '_' and '.', with a letter or digit at its ends, got 'front end'",
    ]);
  });

  it('refuses labels that two objects have in common in both', () => {
    const labels = { tier: 'front end' };
    const manifests = ['a', 'b'].map((name) => ({
      apiVersion: 'v1',
      data: {},
      kind: 'ConfigMap',
      metadata: { labels, name, namespace: 'acme' },
    }));
    expect(saysOf('label-syntax', judgeObjects(manifests))).toHaveLength(2);
  });
});

describe('sizes', () => {
  it('refuses an object that etcd would not take', () => {
    const spec = { containers: Array.from({ length: 20_000 }, (_, i) => ({ image: 'x'.repeat(50), name: `container-${i}` })) };
    expect(saysOf('object-size', judgeObjects([anObject('example.org/v1', 'Fleet', { spec })]))).toEqual([
      'Fleet acme/greeter must have at most 1400000 bytes as JSON, got 1749009',
    ]);
  });

  it('counts the annotations of pods as well', () => {
    const metadata = { annotations: { note: 'x'.repeat(262_144) } };
    expect(saysOf('annotation-size', judgeObjects([anObject('apps/v1', 'Deployment', { spec: { template: { metadata } } })]))).toEqual([
      "Deployment acme/greeter: 'spec.template.metadata.annotations' must have at most 262144 bytes together, got 262148",
    ]);
  });
});

describe('network-policy-open', () => {
  const judge = (to: readonly Fields[], name = 'greeter', direction = 'egress') => {
    const spec = { [direction]: [{ [direction === 'egress' ? 'to' : 'from']: to }], podSelector: {} };
    return saysOf('network-policy-open', judgeObjects([anObject('networking.k8s.io/v1', 'NetworkPolicy', { spec }, name)])).map((says) =>
      says.replace(/^NetworkPolicy acme\/\w+: /, ''),
    );
  };
  const everything = {
    cidr: '0.0.0.0/0',
    except:
      '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3'.split(
        ' ',
      ),
  };

  it.each<[string, readonly Fields[]]>([
    ['pods by labels', [{ podSelector: { matchLabels: { app: 'a' } } }]],
    ['all pods of the own namespace', [{ podSelector: {} }]],
    ['a namespace by labels', [{ namespaceSelector: { matchLabels: { name: 'a' } } }]],
    ['labelled pods of all namespaces', [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } }]],
    ['narrow blocks', [{ ipBlock: { cidr: '8.0.0.0/9' } }, { ipBlock: { cidr: '2001:db8::/32' } }]],
    ['a block again and again', [{ ipBlock: { cidr: '8.0.0.0/9' } }, { ipBlock: { cidr: '8.0.0.0/9' } }]],
    ['a block around private addresses', [{ ipBlock: { cidr: '172.0.0.0/9', except: ['172.16.0.0/12'] } }]],
    ['the API servers', [{ ipBlock: { cidr: '10.0.0.10/32' } }, { ipBlock: { cidr: '10.0.0.11/32' } }]],
    ['what is no block', [{ ipBlock: { cidr: '300.0.0.0/0' } }, { ipBlock: { cidr: '::/129' } }, { ipBlock: { cidr: 5 } }]],
    ['namespaces by an expression', [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] } }]],
    ['namespaces that have a label', [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }]],
  ])('lets %s pass', (_, to) => {
    expect(judge(to)).toEqual([]);
  });

  it.each<[string, readonly Fields[], string]>([
    ['no peer', [], "'spec.egress[0].to' must name peers: without them it lets everyone through, got []"],
    ['an empty peer', [{}], "'spec.egress[0].to[0]' must choose namespaces or pods by labels, got {}"],
    [
      'all pods of all namespaces',
      [{ namespaceSelector: {}, podSelector: {} }],
      `'spec.egress[0].to[0]' must choose namespaces or pods by labels, got {"namespaceSelector":{},"podSelector":{}}`,
    ],
    [
      'half of the internet',
      [{ ipBlock: { cidr: '128.0.0.0/1' } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must be a block of fewer than 2^24 addresses, got '128.0.0.0/1'",
    ],
    [
      'the internet of version 6',
      [{ ipBlock: { cidr: '::/0' } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must be a block of fewer than 2^97 addresses, got '::/0'",
    ],
    [
      'a block of /8',
      [{ ipBlock: { cidr: '8.0.0.0/8' } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must be a block of fewer than 2^24 addresses, got '8.0.0.0/8'",
    ],
    [
      'many blocks',
      [{ ipBlock: { cidr: '8.0.0.0/9' } }, { ipBlock: { cidr: '8.128.0.0/9' } }],
      "'spec.egress' must have blocks of fewer than 2^24 addresses together",
    ],
    [
      'the metadata service',
      [{ ipBlock: { cidr: '169.254.169.254/32' } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must leave out 169.254.0.0/16, which is not on the internet, got '169.254.169.254/32'",
    ],
    [
      'a block around private addresses',
      [{ ipBlock: { cidr: '172.0.0.0/9', except: ['172.16.0.0/13'] } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must leave out 172.16.0.0/12, which is not on the internet, got '172.0.0.0/9'",
    ],
    [
      'private addresses of version 6',
      [{ ipBlock: { cidr: 'fd00::/64' } }],
      "'spec.egress[0].to[0].ipBlock.cidr' must leave out fc00::/7, which is not on the internet, got 'fd00::/64'",
    ],
  ])('refuses %s', (_, to, says) => {
    expect(judge(to)).toEqual([says]);
  });

  it.each([
    { key: 'a', operator: 'DoesNotExist' },
    { key: 'a', operator: 'NotIn', values: ['b'] },
    { key: 'kubernetes.io/metadata.name', operator: 'Exists' },
  ])('takes $operator of $key for everyone', (expression) => {
    const all = { matchExpressions: [expression] };
    expect(judge([{ namespaceSelector: all }])).toHaveLength(1);
    expect(judge([{ namespaceSelector: all, podSelector: all }])).toHaveLength(1);
    expect(judge([{ podSelector: all }])).toEqual([]);
  });

  it('lets the egress proxy face the internet, but not the inside', () => {
    expect(judge([{ ipBlock: everything }], 'egress')).toEqual([]);
    expect(judge([{ ipBlock: { cidr: '0.0.0.0/0' } }], 'egress')).toEqual([
      "'spec.egress[0].to[0].ipBlock.except' must leave out 0.0.0.0/8, got nothing",
    ]);
    const except = everything.except.filter((range) => range !== '169.254.0.0/16');
    expect(judge([{ ipBlock: { cidr: '0.0.0.0/0', except } }], 'egress')).toMatchObject([
      expect.stringContaining("ipBlock.except' must leave out 169.254.0.0/16, got"),
    ]);
  });

  it('lets nothing else face the internet: no other policy, no other file, no other direction', () => {
    expect(judge([{ ipBlock: everything }])).toHaveLength(1);
    expect(judge([{ ipBlock: everything }], 'egress', 'ingress')).toHaveLength(1);
    const fleet = aFleet();
    const part = { construct: new Org(fleet, 'acme'), file: 'test/acme/_extras.yaml' };
    const spec = { egress: [{ to: [{ ipBlock: everything }] }], podSelector: {} };
    const findings = createJudge(fleet).judge(part, [anObject('networking.k8s.io/v1', 'NetworkPolicy', { spec }, 'egress')]);
    expect(saysOf('network-policy-open', findings)).toHaveLength(1);
  });
});

describe('process-limits', () => {
  it.each([
    ['command', { command: ['ä'.repeat(65_536)] }],
    ['an argument', { args: ['a\0'] }],
    ['a variable', { env: [{ name: 'AB', value: 'x'.repeat(131_069) }] }],
    ['a hook', { lifecycle: { preStop: { exec: { command: ['\0'] } } } }],
  ])('finds it in %s', (_, container) => {
    expect(saysOf('process-limits', judgeObjects([aPod({ container })]))).toHaveLength(1);
  });

  it('looks at the texts that an agent reads as variables', () => {
    const judge = (data: Fields, name = 'greeter') => {
      const fleet = aFleet();
      const construct = anAgent(new Org(fleet, 'acme'));
      const map = anObject('v1', 'ConfigMap', { data }, name);
      return saysOf('process-limits', createJudge(fleet).judge({ construct, file: 'test/acme/greeter.yaml' }, [map]));
    };
    const longest = 'x'.repeat(131_071 - 'AGENT_INSTRUCTIONS='.length);
    expect(judge({ instructions: longest, persona: 'kind' })).toEqual([]);
    expect(judge({ instructions: `${longest}x`, 'other.txt': 'x'.repeat(200_000), persona: 'ki\0nd' })).toEqual([
      "ConfigMap acme/greeter: 'data.instructions' must have less than 131072 bytes with its name, got 131072",
      String.raw`ConfigMap acme/greeter: 'data.persona' must not hold the character NUL, got 'ki\u0000nd'`,
    ]);
    expect(judge({ instructions: `${longest}x` }, 'other')).toEqual([]);
  });
});

describe('cilium-policy-open', () => {
  it.each<[string, Fields, string]>([
    [
      'spec',
      { egress: [{ toCIDR: ['0.0.0.0/0'] }] },
      "'spec.egress[0].toCIDR[0]' must be a block of fewer than 2^24 addresses, got '0.0.0.0/0'",
    ],
    [
      'spec',
      { egress: [{ toCIDRSet: [{ cidr: '::/0' }] }] },
      "'spec.egress[0].toCIDRSet[0]' must be a block of fewer than 2^97 addresses, got '::/0'",
    ],
    ['spec', { ingress: [{ fromEntities: ['all'] }] }, "'spec.ingress[0].fromEntities[0]' must be less than everyone, got 'all'"],
  ])('refuses everyone in %s', (field, spec, says) => {
    expect(saysOf('cilium-policy-open', judgeObjects([anObject('cilium.io/v2', 'CiliumNetworkPolicy', { [field]: spec })]))).toEqual([
      `CiliumNetworkPolicy acme/greeter: ${says}`,
    ]);
  });

  it('looks at all of several specs', () => {
    const specs = [{}, { egress: [{ toPorts: [{}] }] }];
    expect(saysOf('cilium-policy-open', judgeObjects([anObject('cilium.io/v2', 'CiliumNetworkPolicy', { specs })]))).toEqual([
      "CiliumNetworkPolicy acme/greeter: 'specs[1].egress[0]' must name peers: without them it lets everyone through",
    ]);
  });
});

describe('tokens', () => {
  const expanded: [string, Fields][] = [
    ['command[0]', { command: ['TOKEN'] }],
    ['args[0]', { args: ['TOKEN'] }],
    ['env[0].value', { env: [{ name: 'A', value: 'TOKEN' }] }],
    ['livenessProbe.exec.command[0]', { livenessProbe: { exec: { command: ['TOKEN'] } } }],
    ['readinessProbe.exec.command[0]', { readinessProbe: { exec: { command: ['TOKEN'] } } }],
    ['startupProbe.exec.command[0]', { startupProbe: { exec: { command: ['TOKEN'] } } }],
  ];
  const hooks: [string, Fields][] = [
    ['lifecycle.postStart.exec.command[0]', { lifecycle: { postStart: { exec: { command: ['TOKEN'] } } } }],
    ['lifecycle.preStop.exec.command[0]', { lifecycle: { preStop: { exec: { command: ['TOKEN'] } } } }],
  ];
  const withToken = (fields: Fields, token: string): Fields => JSON.parse(JSON.stringify(fields).replace('TOKEN', token)) as Fields;

  it.each(expanded)('finds a variable in %s', (field, fields) => {
    const findings = judgeObjects([aPod({ container: withToken(fields, 'a $(B) c') })]);
    expect(findings.filter(({ rule }) => rule === 'variable-token').map((finding) => finding.field)).toEqual([
      `spec.containers[0].${field}`,
    ]);
  });

  it.each(hooks)('leaves %s alone, where no variable is replaced', (_, fields) => {
    expect(saysOf('variable-token', judgeObjects([aPod({ container: withToken(fields, 'a $(B) c') })]))).toEqual([]);
  });

  it.each([...expanded, ...hooks])('finds a template in %s', (field, fields) => {
    expect(saysOf('template-token', judgeObjects([aPod({ container: withToken(fields, 'a {{ .b }} c') })]))).toEqual([
      `Pod acme/greeter: 'spec.containers[0].${field}' must not hold '{{ … }}', which Argo CD and other programs replace, got 'a {{ .b }} c'`,
    ]);
  });

  it('only warns of a template that a program is given', () => {
    const pod = aPod({ container: { args: ['docker ps --format {{.ID}}'] } });
    const noted = anObject('v1', 'ConfigMap', { data: {}, metadata: { annotations: { note: '{{ .a }}' }, name: 'x', namespace: 'acme' } });
    expect(judgeObjects([pod]).map(({ severity }) => severity)).toEqual(['warning']);
    expect(judgeObjects([noted]).map(({ severity }) => severity)).toEqual(['error']);
  });

  it.each(['$(B)', 'a$(B)', '$$$(B)', '$$$$$(B)', '$$(A) $(B)'])('takes %s for a variable', (text) => {
    expect(saysOf('variable-token', judgeObjects([aPod({ container: { args: [text] } })]))).toHaveLength(1);
  });

  it.each(['$B', '$$(B)', '$$$$(B)', '$(B', '$ (B)', '(B)'])('takes %s for text', (text) => {
    expect(saysOf('variable-token', judgeObjects([aPod({ container: { args: [text] } })]))).toEqual([]);
  });

  it('finds a template in the annotations of pods', () => {
    const metadata = { annotations: { 'example.org/note': '{{ .a }}' } };
    expect(saysOf('template-token', judgeObjects([anObject('apps/v1', 'Deployment', { spec: { template: { metadata } } })]))).toHaveLength(
      1,
    );
  });
});

describe('privileged-port', () => {
  it('looks at containers as well', () => {
    expect(
      saysOf('privileged-port', judgeObjects([aPod({ container: { ports: [{ containerPort: 1024 }, { containerPort: 80 }] } })])),
    ).toEqual(["Pod acme/greeter: 'spec.containers[0].ports[1].containerPort' must be 1024 or more, got 80"]);
  });
});

describe('resource-limits', () => {
  it('asks for all six, but not of ephemeral containers', () => {
    const ephemeralContainers = [{ name: 'debug' }];
    expect(saysOf('resource-limits', judgeObjects([aPod({ container: { resources: {} }, ephemeralContainers })]))).toHaveLength(6);
  });
});

describe('schema', () => {
  it('says where it is as a path, and what may be meant', () => {
    const findings = judgeObjects([aPod({ container: { imagePulPolicy: 'Always' } })]).filter(({ rule }) => rule === 'schema');
    expect(findings).toMatchObject([{ field: 'spec.containers[0].imagePulPolicy', fix: "did you mean 'imagePullPolicy'?" }]);
  });
});

import { JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { type Agent, type Manifest, ModelDeployment, Org, Secret } from '../constructs/index.ts';
import { aFleet, aModel, anAgent, aSecret, aTool } from '../test/builders.ts';
import type { Fields } from './fields.ts';
import { createJudge } from './index.ts';
import { anObject, aPod, judgeOrg, saysOf } from './testing.ts';

/** What a rule says of a pod or another object, in the file of an agent, or among the objects of a stack. */
function judgeIn(rule: string, manifest: Manifest, make?: (org: Org) => Agent, prepare?: (org: Org) => void): string[] {
  const fleet = aFleet();
  const org = new Org(fleet, 'acme');
  prepare?.(org);
  const construct = make?.(org) ?? org;
  const file = make === undefined ? 'test/acme/_extras.yaml' : 'test/acme/greeter.yaml';
  return saysOf(rule, createJudge(fleet).judge({ construct, file }, [manifest])).map((says) => says.replace(/^\w+ acme\/greeter:? /, ''));
}

function volumeOf(secretName: string, key?: string): Fields {
  return { volumes: [{ name: 'stolen', secret: { secretName, ...(key !== undefined && { items: [{ key, path: key }] }) } }] };
}

function labelled(labels: Fields): Manifest {
  const pod = aPod();
  return { ...pod, metadata: { ...pod.metadata, labels: labels as Record<string, string> } };
}

describe('credential-owner', () => {
  it('gives an agent its own credentials and the keys of its handles, and nothing else', () => {
    const make = (org: Org) => anAgent(org, 'greeter', { secrets: [aSecret(org)] });
    expect(judgeIn('credential-owner', aPod(volumeOf('greeter-credentials')), make)).toEqual([]);
    expect(judgeIn('credential-owner', aPod(volumeOf('token', 'value')), make)).toEqual([]);
    const must = "'spec.volumes[0].secret' must be a key that the part was given by a Secret handle, got 'token'";
    expect(judgeIn('credential-owner', aPod(volumeOf('token')), make)).toEqual([must]);
    expect(judgeIn('credential-owner', aPod(volumeOf('token', 'other')), make)).toEqual([must]);
    expect(judgeIn('credential-owner', aPod(volumeOf('reviewer-credentials', 'gateway-key')), make)).toHaveLength(1);
  });

  it('sees variables and projected volumes, optional ones too', () => {
    const reference = { key: 'gateway-key', name: 'gateway-credentials', optional: true };
    const pod = aPod({
      container: { env: [{ name: 'KEY', valueFrom: { secretKeyRef: reference } }] },
      volumes: [{ name: 'stolen', projected: { sources: [{ secret: { name: 'gateway-credentials', optional: true } }] } }],
    });
    expect(judgeIn('credential-owner', pod, (org) => anAgent(org))).toEqual([
      "'spec.containers[0].env[0].valueFrom.secretKeyRef' must not read the credentials of another, got 'gateway-credentials'",
      "'spec.volumes[0].projected.sources[0].secret' must not read the credentials of another, got 'gateway-credentials'",
    ]);
  });

  it("keeps a provider's key for the gateway", () => {
    const must = "'spec.volumes[0].secret' must not read the key of model 'smart', which only the gateway has, got 'anthropic'";
    const give = (org: Org): Secret => {
      const key = Secret.reference(org, 'anthropic', 'value');
      aModel(org, 'smart', { deployments: [ModelDeployment.anthropic('claude-sonnet-4-5', { key })] });
      return key;
    };
    const pod = aPod(volumeOf('anthropic', 'value'));
    expect(judgeIn('credential-owner', pod, (org) => anAgent(org, 'greeter', { secrets: [give(org)] }))).toEqual([must]);
    expect(judgeIn('credential-owner', pod, undefined, give)).toEqual([must]);
  });

  it("gives the objects of a stack nobody's credentials", () => {
    expect(judgeIn('credential-owner', aPod(volumeOf('greeter-credentials')))).toHaveLength(1);
    expect(judgeIn('credential-owner', aPod(volumeOf('my-own')))).toEqual([]);
  });
});

describe('reach-declared', () => {
  const NAME = 'app.kubernetes.io/name';
  const COMPONENT = 'app.kubernetes.io/component';
  const policy = (labels: Fields, kind = 'NetworkPolicy') =>
    anObject('networking.k8s.io/v1', kind, { spec: { podSelector: { matchLabels: labels } } });

  it('lets an agent reach its tools and no other', () => {
    const make = (org: Org) => anAgent(org, 'greeter', { tools: [aTool(org)] });
    expect(judgeIn('reach-declared', labelled({ 'reach.fleetwright.dev/search': 'allowed' }), make)).toEqual([]);
    expect(judgeIn('reach-declared', labelled({ 'reach.fleetwright.dev/gateway': 'allowed' }), make)).toEqual([
      "'metadata.labels['reach.fleetwright.dev/gateway']' must not be set: nothing declares that it reaches 'gateway'",
    ]);
  });

  it('lets a patch change neither labels nor policies', () => {
    const make = (org: Org): Agent => {
      const agent = anAgent(org);
      agent.addJsonPatch('NetworkPolicy', JsonPatch.replace('/spec/podSelector', {}));
      return agent;
    };
    expect(judgeIn('reach-declared', policy({}), make)).toEqual(['must not be patched: it follows from what the agent declares']);
    expect(judgeIn('reach-declared', labelled({ [COMPONENT]: 'gateway', [NAME]: 'gateway' }), make)).toEqual([
      `'metadata.labels['${COMPONENT}']' must be 'agent', got 'gateway'`,
      `'metadata.labels['${NAME}']' must be 'greeter', the agent's own, got 'gateway'`,
    ]);
  });

  it.each(['gateway', 'egress', 'greeter'])('lets no pod of a stack pass for %s', (name) => {
    expect(judgeIn('reach-declared', labelled({ [NAME]: name }), undefined, anAgent)).toEqual([
      `'metadata.labels['${NAME}']' must not be the name of a part: the pod would pass for it, got '${name}'`,
    ]);
    expect(judgeIn('reach-declared', policy({ [NAME]: name }), undefined, anAgent)).toHaveLength(1);
  });

  it("lets a stack's policies choose the stack's own pods only", () => {
    expect(judgeIn('reach-declared', policy({ [NAME]: 'own' }))).toEqual([]);
    expect(judgeIn('reach-declared', policy({}))).toHaveLength(1);
    expect(judgeIn('reach-declared', labelled({ [NAME]: 'own', 'reach.fleetwright.dev/egress': 'allowed' }))).toHaveLength(1);
  });
});

describe('service-account-token', () => {
  const token = (audience: string) =>
    aPod({ volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { audience, path: 'token' } }] } }] });

  it('takes no audience but that of the dispatcher', () => {
    expect(judgeIn('service-account-token', token('fleetwright-dispatcher'))).toEqual([]);
    expect(judgeIn('service-account-token', token('https://kubernetes.default.svc.cluster.local'))).toHaveLength(1);
  });

  it("keeps a part's account for the part", () => {
    const pod = aPod({ serviceAccountName: 'greeter' });
    expect(judgeIn('service-account-token', pod, (org) => anAgent(org))).toEqual([]);
    expect(judgeIn('service-account-token', pod, undefined, anAgent)).toEqual([
      "'spec.serviceAccountName' must not be the account of a part, got 'greeter'",
    ]);
    expect(judgeIn('service-account-token', aPod({ serviceAccountName: 'other' }), (org) => anAgent(org))).toEqual([
      "'spec.serviceAccountName' must be 'greeter', the agent's own, got 'other'",
    ]);
  });
});

describe('secret-value', () => {
  it('refuses a Secret that has no values yet', () => {
    const secret = anObject('v1', 'Secret', { type: 'kubernetes.io/service-account-token' });
    expect(judgeIn('secret-value', secret)).toEqual([
      'must not be written: with values it does not belong into Git, and without it is a token or nothing',
    ]);
  });
});

describe('lost-construct', () => {
  it('finds what stands below a part, and parts below a group', () => {
    const findings = judgeOrg((org) => {
      new Construct(anAgent(org), 'lost');
      const group = new Construct(org, 'group');
      new Construct(group, 'fine');
      aSecret(group as Org, 'hidden');
    });
    expect(findings.filter(({ rule }) => rule === 'lost-construct').map(({ path, message }) => `${path} ${message}`)).toEqual([
      'test/acme/greeter/lost must not stand in a part, which renders nothing but itself',
      'test/acme/group/hidden must stand directly in its org, not in a group',
    ]);
  });
});

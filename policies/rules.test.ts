import { describe, expect, it } from 'vitest';
import { type Fleet, type Manifest, Org } from '../constructs/index.ts';
import { aFleet, anEnvironment } from '../test/builders.ts';
import { createJudge, type Finding, judgeTree, RULES, sentenceOf } from './index.ts';
import { podTemplateOf, POD_KINDS } from './pod.ts';
import type { FleetRule, ObjectRule, PodExample, PodRule, Rule, TreeExample, TreeRule } from './rule.ts';

const TODAY = '2026-01-31';

function isTreeRule(rule: Rule): rule is TreeRule {
  return rule.appliesTo === 'tree';
}

function isPodRule(rule: Rule): rule is PodRule {
  return rule.appliesTo === 'pod';
}

function isFleetRule(rule: Rule): rule is FleetRule {
  return rule.appliesTo === 'fleet';
}

function isObjectRule(rule: Rule): rule is ObjectRule {
  return rule.appliesTo === 'object' || Array.isArray(rule.appliesTo);
}

function buildExample({ environment, build }: TreeExample): Fleet {
  const fleet = aFleet(anEnvironment(environment));
  build(new Org(fleet, 'acme'));
  return fleet;
}

function judgeObjects(...manifests: readonly Manifest[]): Finding[] {
  const fleet = aFleet();
  const construct = new Org(fleet, 'acme');
  const judge = createJudge(fleet);
  return [...judge.judge({ construct, file: 'test/acme/_org.yaml' }, manifests), ...judge.finish()];
}

/** A workload of some kind with this pod. */
function workload(groupKind: string, { metadata, spec }: PodExample): Manifest {
  const [kind = '', group = ''] = groupKind.split('/').toReversed();
  const template = podTemplateOf(groupKind) ?? [];
  const named = { ...metadata, name: 'greeter', namespace: 'acme' };
  const pod = template.length === 0 ? { spec } : { metadata, spec };
  const holder = template.reduceRight<object>((inner, step) => ({ [step]: inner }), pod);
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: named, ...holder };
}

function sentencesOf(rule: Rule, findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => finding.rule === rule.id)
    .map(sentenceOf)
    .sort();
}

/** Rules about one object do not repeat its name in what they say. */
function withObject(says: readonly string[], object: string): string[] {
  return says.map((sentence) => (sentence.startsWith("'") ? `${object}: ${sentence}` : `${object} ${sentence}`)).sort();
}

describe('rules about the description of a fleet', () => {
  it.each(RULES.filter(isTreeRule))('$id: lets its good example pass', (rule) => {
    expect(sentencesOf(rule, judgeTree(buildExample(rule.good), { today: TODAY }))).toEqual([]);
  });

  it.each(RULES.filter(isTreeRule))('$id: says of its bad example what it should', (rule) => {
    expect(sentencesOf(rule, judgeTree(buildExample(rule.bad.example), { today: TODAY }))).toEqual([...rule.bad.says].sort());
  });
});

describe('rules about one object', () => {
  it.each(RULES.filter(isObjectRule))('$id: lets its good example pass', (rule) => {
    expect(sentencesOf(rule, judgeObjects(rule.good))).toEqual([]);
  });

  it.each(RULES.filter(isObjectRule))('$id: says of its bad example what it should', (rule) => {
    const { kind, metadata } = rule.bad.example;
    expect(sentencesOf(rule, judgeObjects(rule.bad.example))).toEqual(
      withObject(rule.bad.says, `${kind} ${metadata.namespace}/${metadata.name}`),
    );
  });
});

describe.each(RULES.filter(isPodRule))('$id, about pods', (rule) => {
  it.each(POD_KINDS)('lets its good example pass in a %s', (kind) => {
    expect(sentencesOf(rule, judgeObjects(workload(kind, rule.good)))).toEqual([]);
  });

  it.each(POD_KINDS)('says of its bad example what it should in a %s', (kind) => {
    const at = (podTemplateOf(kind) ?? []).map((step) => `${step}.`).join('');
    const says = rule.bad.says.map((sentence) => sentence.replace(/^'/, `'${at}`));
    expect(sentencesOf(rule, judgeObjects(workload(kind, rule.bad.example)))).toEqual(
      withObject(says, `${kind.split('/').at(-1)} acme/greeter`),
    );
  });
});

describe('rules about all objects', () => {
  it.each(RULES.filter(isFleetRule))('$id: lets its good example pass', (rule) => {
    expect(sentencesOf(rule, judgeObjects(...rule.good))).toEqual([]);
  });

  it.each(RULES.filter(isFleetRule))('$id: says of its bad example what it should', (rule) => {
    expect(sentencesOf(rule, judgeObjects(...rule.bad.example))).toEqual([...rule.bad.says].sort());
  });
});

describe('RULES', () => {
  it('have permanent ids', () => {
    expect(RULES.map(({ id }) => id).sort()).toEqual([
      'annotation-size',
      'brokered-secret',
      'budget-fits',
      'capability-present',
      'cilium-policy-open',
      'credential-owner',
      'cross-org-reference',
      'dangling-reference',
      'duplicate-object',
      'egress-expired',
      'egress-snapshot',
      'exposure-declared',
      'external-path',
      'external-source',
      'foreign-namespace',
      'image-digest',
      'image-locked',
      'label-syntax',
      'lost-construct',
      'network-policy-open',
      'object-name',
      'object-size',
      'one-engine',
      'pod-security-restricted',
      'privileged-port',
      'process-limits',
      'rbac-narrow',
      'reach-declared',
      'resource-limits',
      'root-filesystem-read-only',
      'scheduling-narrow',
      'schema',
      'sealed-secret',
      'sealed-source',
      'secret-value',
      'service-account-token',
      'task-taken',
      'template-token',
      'tool-dependencies',
      'unknown-kind',
      'unused-part',
      'variable-token',
    ]);
  });

  it('say what to do about every finding, in one line each', () => {
    for (const { title, fix } of RULES) {
      expect(title).toMatch(/^[A-Z].{10,100}$/);
      expect(fix).toMatch(/^[a-z'].{10,160}$/);
    }
  });
});

import { type Environment, type Fleet, type Manifest, Org } from '../constructs/index.ts';
import { aFleet, anEnvironment } from '../test/builders.ts';
import { examplePod } from './example-pod.ts';
import type { Fields } from './fields.ts';
import { createJudge, type Finding, judgeTree, sentenceOf } from './index.ts';

/** The findings about an org, of one rule if it is named. */
export function judgeOrg(
  build: (org: Org) => void,
  cluster?: Partial<Environment['cluster']>,
  values: Partial<Omit<Environment, 'cluster'>> = {},
): Finding[] {
  const fleet = aFleet(anEnvironment({ ...values, ...(cluster && { cluster }) }));
  build(new Org(fleet, 'acme'));
  return judgeTree(fleet, { today: '2026-01-31' });
}

/** The findings about objects that stand in the folder of org `acme`, all in one file. */
export function judgeObjects(manifests: readonly Manifest[], fleet: Fleet = aFleet()): readonly Finding[] {
  const construct = new Org(fleet, 'acme');
  const judge = createJudge(fleet);
  return [...judge.judge({ construct, file: 'test/acme/_org.yaml' }, manifests), ...judge.finish()];
}

/** What one rule says. */
export function saysOf(rule: string, findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding.rule === rule).map(sentenceOf);
}

/** What one rule says to do. */
export function fixesOf(rule: string, findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding.rule === rule).map(({ fix }) => fix);
}

/** An object of org `acme`. */
export function anObject(apiVersion: string, kind: string, fields: Fields = {}, name = 'greeter'): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: 'acme' }, ...fields };
}

/** A Pod of org `acme` that keeps all rules, but for what is given. */
export function aPod(fields: Fields & { readonly container?: Fields } = {}): Manifest {
  const { metadata, spec } = examplePod(fields);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'greeter', namespace: 'acme' }, spec };
}

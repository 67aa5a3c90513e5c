import { fieldsOf, stepInto } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

const KEY =
  /^(?:(?=.{1,253}\/)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

const KEY_MUST = "have keys of 1 to 63 letters, digits, '-', '_' and '.', with a host name and '/' before them if need be";
const VALUE_MUST = "be at most 63 letters, digits, '-', '_' and '.', with a letter or digit at its ends";

/** Keys that were found good; a fleet has few. */
const goodKeys = new Set<string>();
const MOST_KEYS = 4096;

/** Selectors, policies and people rely on labels. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export const labelSyntax: ObjectRule = {
  id: 'label-syntax',
  title: 'Labels and annotation keys have the form that Kubernetes asks for',
  severity: 'error',
  appliesTo: 'object',
  fix: 'shorten or rewrite it',
  check({ manifest, pod }, report) {
    const { labels, annotations } = fieldsOf(manifest.metadata);
    if (labels !== lastGood && checkLabels(labels, 'metadata.labels', report)) lastGood = labels;
    checkKeys(annotations, 'metadata.annotations', report);
    if (pod === undefined || pod.at === '') return;
    checkLabels(pod.metadata['labels'], `${pod.at}metadata.labels`, report);
    checkKeys(pod.metadata['annotations'], `${pod.at}metadata.annotations`, report);
  },
  good: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      annotations: { 'example.org/why': 'Any text, äöü.' },
      labels: { 'app.kubernetes.io/name': 'greeter', tier: '' },
      name: 'greeter',
      namespace: 'acme',
    },
  },
  bad: {
    example: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { annotations: { 'why not': 'x' }, labels: { '-tier': 'front', tier: 'front end' }, name: 'greeter', namespace: 'acme' },
    },
    says: [
      `'metadata.annotations' must ${KEY_MUST}, got 'why not'`,
      `'metadata.labels' must ${KEY_MUST}, got '-tier'`,
      `'metadata.labels.tier' must ${VALUE_MUST}, got 'front end'`,
    ],
  },
};

/** The objects of a part have their labels in common: what was good for the last one is not looked at again. */
let lastGood: unknown;

function checkLabels(labels: unknown, at: string, report: Report): boolean {
  const own = fieldsOf(labels);
  let areGood = true;
  for (const key in own) {
    const value = own[key];
    const isGoodKey = isKey(key);
    const isGoodValue = typeof value === 'string' && VALUE.test(value);
    if (!isGoodKey) report({ field: at, got: key, must: KEY_MUST });
    if (!isGoodValue) report({ field: stepInto(at, key), got: value, must: VALUE_MUST });
    areGood &&= isGoodKey && isGoodValue;
  }
  return areGood;
}

/** Keys of annotations may be in upper case; their values are free. */
function checkKeys(annotations: unknown, at: string, report: Report): void {
  for (const key in fieldsOf(annotations)) if (!isKey(key.toLowerCase())) report({ field: at, got: key, must: KEY_MUST });
}

function isKey(key: string): boolean {
  if (goodKeys.has(key)) return true;
  if (!KEY.test(key)) return false;
  if (goodKeys.size < MOST_KEYS) goodKeys.add(key);
  return true;
}

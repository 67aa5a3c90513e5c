import { type Fields, fieldsOf, stepInto } from './fields.ts';
import { findLiterals } from './literals.ts';
import type { ObjectRule, Report } from './rule.ts';

/** Whoever templates the tree once more would fill in what a person wrote as text, or fail at it. */
export const templateToken: ObjectRule = {
  id: 'template-token',
  title: 'No annotation, argument or variable holds a template',
  severity: 'error',
  appliesTo: 'object',
  fix: "write the text without '{{'",
  check({ manifest, pod }, report) {
    checkMetadata(fieldsOf(manifest.metadata), 'metadata', report);
    if (pod === undefined) return;
    if (pod.at !== '') checkMetadata(pod.metadata, `${pod.at}metadata`, report);
    for (const { field, text } of findLiterals(pod, hasToken))
      report({ field, fix: LITERAL_FIX, got: text, must: MUST, severity: 'warning' });
  },
  good: {
    apiVersion: 'v1',
    data: { text: '{{ .Values.x }}' },
    kind: 'ConfigMap',
    metadata: { annotations: { note: '{ {x} }' }, name: 'greeter', namespace: 'acme' },
  },
  bad: {
    example: {
      apiVersion: 'v1',
      data: {},
      kind: 'ConfigMap',
      metadata: { annotations: { note: 'by {{ .app.name }}' }, name: 'greeter', namespace: 'acme' },
    },
    says: ["'metadata.annotations.note' must not hold '{{ … }}', which Argo CD and other programs replace, got 'by {{ .app.name }}'"],
  },
};

/** Formats such as `docker ps --format '{{.ID}}'` are written so, and Argo CD leaves them alone in a tree that is rendered already. */
const LITERAL_FIX = 'keep the text in a ConfigMap, or leave it where nothing templates the tree again';

const MUST = "not hold '{{ … }}', which Argo CD and other programs replace";

function checkMetadata({ annotations }: Fields, at: string, report: Report): void {
  const own = fieldsOf(annotations);
  for (const key in own) {
    if (!Object.hasOwn(own, key)) continue;
    const text = own[key];
    if (typeof text === 'string' && hasToken(text)) report({ field: stepInto(`${at}.annotations`, key), got: text, must: MUST });
  }
}

function hasToken(text: string): boolean {
  const opening = text.indexOf('{{');
  return opening >= 0 && text.includes('}}', opening);
}

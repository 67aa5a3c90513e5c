import { fieldsOf, stepInto } from './fields.ts';
import { describeSecret } from './leak.ts';
import type { ObjectRule } from './rule.ts';
import { findSecretTexts } from './texts.ts';

/** What is in Git is read by everyone who reads Git, for ever. */
export const secretValue: ObjectRule = {
  id: 'secret-value',
  title: 'No object holds the value of a secret',
  severity: 'error',
  appliesTo: 'object',
  fix: 'replace the credential at its source, as it is known now, and use a Secret handle in its place',
  check({ groupKind, manifest, suspicious }, report) {
    if (groupKind === 'Secret') {
      for (const field of ['data', 'stringData']) {
        for (const key of Object.keys(fieldsOf(manifest[field])))
          report({ field: stepInto(field, key), must: 'not be set: a Secret with values does not belong into Git' });
      }
    }
    if (!suspicious) return;
    for (const { field, text, isKey } of findSecretTexts(manifest))
      report({ field, must: `not hold ${describeSecret(text)}${isKey ? ' as a key' : ''}` });
  },
  good: {
    apiVersion: 'v1',
    data: { url: 'postgres://app:{{ .password }}@db:5432/app' },
    kind: 'ConfigMap',
    metadata: { name: 'greeter', namespace: 'acme' },
  },
  bad: {
    // Put together here, so that no scanner takes this file for a leak.
    example: {
      apiVersion: 'v1',
      data: { url: ['postgres://app', 'hunter2@db:5432/app'].join(':') },
      kind: 'ConfigMap',
      metadata: { annotations: { note: ['key AKIA', 'IOSFODNN7EXAMPLE'].join('') }, name: 'greeter', namespace: 'acme' },
    },
    says: ["'data.url' must not hold a URL with a password", "'metadata.annotations.note' must not hold an AWS access key"],
  },
};

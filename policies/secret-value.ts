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
      const fix = 'use a Secret handle: Secret.sops, Secret.external or Secret.reference';
      report({ fix, must: 'not be written: with values it does not belong into Git, and without it is a token or nothing' });
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

import type { ObjectRule } from './rule.ts';

/** Which rules look into, before anything is rendered; one that a stack writes itself could hold anything, for any part. */
export const sealedSource: ObjectRule = {
  id: 'sealed-source',
  title: 'Every SopsSecret is an encrypted file of the environment',
  severity: 'error',
  appliesTo: ['isindir.github.com/SopsSecret'],
  fix: 'keep it in environments/secrets, and use Secret.sops in its place',
  check({ manifest, org }, report) {
    const { name } = manifest.metadata;
    const key = `${org?.name}.${name}`;
    const sealed = org?.fleet.environment.sealed ?? {};
    if (!Object.hasOwn(sealed, key) || sealed[key] !== manifest)
      report({ field: 'metadata.name', got: name, must: 'be that of an encrypted file, whose Secret.sops renders it' });
  },
  good: {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'token', namespace: 'acme' },
    spec: { data: [{ remoteRef: { key: 'acme/token', property: 'value' }, secretKey: 'value' }] },
  },
  bad: {
    example: {
      apiVersion: 'isindir.github.com/v1alpha3',
      kind: 'SopsSecret',
      metadata: { name: 'token', namespace: 'acme' },
      spec: { secretTemplates: [{ name: 'gateway-credentials', stringData: { 'gateway-key': 'in clear' } }] },
    },
    says: ["'metadata.name' must be that of an encrypted file, whose Secret.sops renders it, got 'token'"],
  },
};

import { isOwnKey, mustBeOwn } from './external-path.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';
import { isExtra } from './origin.ts';
import type { ObjectRule, Report, Subject } from './rule.ts';

const SUFFIX = '-credentials';

/** What `external-path` is for handles, this is for objects: those of a stack, and those that it patched. */
export const externalSource: ObjectRule = {
  id: 'external-source',
  title: "An ExternalSecret reads its own org's folder, into a Secret of its own name",
  severity: 'error',
  appliesTo: ['external-secrets.io/ExternalSecret'],
  fix: "use Secret.external in its place, with the value under '<org>/' in the store",
  check(subject, report) {
    const spec = fieldsOf(subject.manifest['spec']);
    checkTarget(subject, spec, report);
    for (const [index, entry] of itemsOf(spec['data']).entries()) {
      checkKey(subject, fieldsOf(entry['remoteRef'])['key'], `spec.data[${index}].remoteRef.key`, isShared(subject, spec, entry), report);
    }
    for (const [index, entry] of itemsOf(spec['dataFrom']).entries()) {
      const { extract, find } = entry;
      const shared = isShared(subject, spec, entry);
      const field = `spec.dataFrom[${index}]`;
      if (extract !== undefined) checkKey(subject, fieldsOf(extract)['key'], `${field}.extract.key`, shared, report);
      if (find !== undefined && shared) report({ field: `${field}.find`, must: 'not be set: it reads whatever matches; name each key' });
    }
  },
  good: {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'token', namespace: 'acme' },
    spec: {
      data: [{ remoteRef: { key: 'acme/token', property: 'value' }, secretKey: 'value' }],
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
      target: { name: 'token' },
    },
  },
  bad: {
    example: {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'token', namespace: 'acme' },
      spec: {
        data: [{ remoteRef: { key: 'factory/deploy-key', property: 'value' }, secretKey: 'value' }],
        dataFrom: [{ find: { name: { regexp: '.*' } } }],
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        target: { name: 'digest-credentials' },
      },
    },
    says: [
      "'spec.target.name' must be 'token', its own name, got 'digest-credentials'",
      "'spec.data[0].remoteRef.key' must begin with 'acme/', without steps up, got 'factory/deploy-key'",
      "'spec.dataFrom[0].find' must not be set: it reads whatever matches; name each key",
    ],
  },
};

/** Credentials are drawn in the cluster, by what renders them. */
function checkTarget({ manifest, part }: Subject, spec: Fields, report: Report): void {
  const { name } = manifest.metadata;
  const { name: target = name } = fieldsOf(spec['target']);
  if (target !== name) return report({ field: 'spec.target.name', got: target, must: `be '${name}', its own name` });
  if (isExtra(part) && name.endsWith(SUFFIX))
    report({ field: 'metadata.name', got: name, must: `not end with '${SUFFIX}', the name of what a part proves itself with` });
}

/** Whether others keep values in the store, too. Which store an object of a stack names is the stack's choice, so it counts as shared. */
function isShared({ part }: Subject, spec: Fields, { sourceRef }: Fields): boolean {
  const store = fieldsOf(fieldsOf(sourceRef)['storeRef'] ?? spec['secretStoreRef']);
  return isExtra(part) || store['kind'] === 'ClusterSecretStore';
}

// oxlint-disable-next-line eslint/max-params -- a field, where it stands, and who asks
function checkKey({ org }: Subject, key: unknown, field: string, shared: boolean, report: Report): void {
  if (shared && org !== undefined && !isOwnKey(org.name, key)) report({ field, got: key ?? null, must: mustBeOwn(org.name) });
}

import { Dispatcher } from '../constructs/index.ts';
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
      if (fieldsOf(fieldsOf(entry['sourceRef'])['generatorRef'])['kind'] === 'ClusterGenerator') {
        report({
          field: `${field}.sourceRef.generatorRef.kind`,
          got: 'ClusterGenerator',
          must: "be a generator of the org's own namespace",
        });
      }
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
        dataFrom: [{ find: { name: { regexp: '.*' } } }, { sourceRef: { generatorRef: { kind: 'ClusterGenerator', name: 'all' } } }],
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        target: { name: 'digest-credentials', template: { templateFrom: [{ secret: { name: 'other', items: [{ key: 'token' }] } }] } },
      },
    },
    says: [
      "'spec.target.template.templateFrom' must not be set: it reads what other objects hold; write the template here",
      "'spec.target.name' must be 'token', its own name, got 'digest-credentials'",
      "'spec.data[0].remoteRef.key' must begin with 'acme/', without steps up, got 'factory/deploy-key'",
      "'spec.dataFrom[0].find' must not be set: it reads whatever matches; name each key",
      "'spec.dataFrom[1].sourceRef.generatorRef.kind' must be a generator of the org's own namespace, got 'ClusterGenerator'",
    ],
  },
};

/** Credentials are drawn in the cluster, by what renders them. */
function checkTarget({ manifest, part }: Subject, spec: Fields, report: Report): void {
  const { name } = manifest.metadata;
  const { name: target = name, template } = fieldsOf(spec['target']);
  if (fieldsOf(template)['templateFrom'] !== undefined)
    report({ field: 'spec.target.template.templateFrom', must: 'not be set: it reads what other objects hold; write the template here' });
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
function checkKey(subject: Subject, key: unknown, field: string, shared: boolean, report: Report): void {
  const owner = ownerOf(subject);
  if (shared && owner !== undefined && !isOwnKey(owner, key)) report({ field, got: key ?? null, must: mustBeOwn(owner) });
}

/** Whose values it may read. The dispatcher reads the secrets of triggers, under names that are led by the trigger's org. */
function ownerOf({ manifest, org, part }: Subject): string | undefined {
  const hook = part.construct instanceof Dispatcher ? /^hook\.([^.]+)\./.exec(manifest.metadata.name)?.[1] : undefined;
  return hook ?? org?.name;
}

import { type Fleet, type Manifest, nearest, Secret } from '../constructs/index.ts';
import { type Fields, fieldsOf, itemsOf, show, stepInto } from './fields.ts';
import type { Report, TreeRule } from './rule.ts';

const ENCRYPTED = /^ENC\[AES256_GCM,data:[^,\]]+,iv:[^,\]]+,tag:[^,\]]+,type:\w+\]$/;

const ENCRYPT = 'run: sops encrypt --in-place ';
const OWN_FILE = 'give each secret a handle and a file of its own';

/** After the namespace, and before the gateway and all others who wait for the secret. The file is applied as it is, so it says so itself. */
const WAVE = '-10';

const CIPHERTEXT = 'ENC[AES256_GCM,data:c2VjcmV0,iv:aXY=,tag:dGFn,type:str]';

/** A secret in Git is a file that only the cluster can read, and that holds what its handle says. */
export const sealedSecret: TreeRule = {
  id: 'sealed-secret',
  title: 'Every Secret.sops has its encrypted file, and the file holds its key',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'encrypt the file again with sops',
  check(fleet, report) {
    for (const org of fleet.orgs) {
      for (const part of org.children) if (part instanceof Secret && part.from.kind === 'sops') checkSecret(part, fleet, report);
    }
  },
  good: {
    environment: { sealed: { 'acme.token': sealed('token', CIPHERTEXT) } },
    build: (org) => {
      Secret.sops(org, 'token', 'value');
    },
  },
  bad: {
    example: {
      environment: { sealed: { 'acme.token': sealed('token', 'hunter2'), 'acme.late': sealed('late', CIPHERTEXT, '5') } },
      build: (org) => {
        Secret.sops(org, 'token', 'value');
        Secret.sops(org, 'missing', 'value');
        Secret.sops(org, 'late', 'value');
      },
    },
    says: [
      'must have its encrypted file environments/secrets/test/acme.missing.yaml',
      "'spec.secretTemplates[0].stringData.value' must be encrypted in environments/secrets/test/acme.token.yaml: it holds clear text",
      "'metadata.annotations['argocd.argoproj.io/sync-wave']' must be '-10' in environments/secrets/test/acme.late.yaml, got '5'",
    ],
  },
};

function checkSecret(secret: Secret, { environment }: Fleet, report: Report): void {
  const key = `${secret.org.name}.${secret.name}`;
  const file = `environments/secrets/${environment.name}/${key}.yaml`;
  if (!Object.hasOwn(environment.sealed, key)) {
    const close = nearest(key, Object.keys(environment.sealed));
    const fix = `write a SopsSecret and encrypt it: sops encrypt --in-place ${file}${close === undefined ? '' : `; or did you mean '${close}.yaml'?`}`;
    return report({ construct: secret, fix, must: `have its encrypted file ${file}` });
  }
  const manifest = fieldsOf(environment.sealed[key]);
  checkMetadata(secret, manifest['metadata'], file, report);
  checkTemplates(secret, manifest, file, report);
  checkSeal(secret, manifest, file, report);
}

function checkMetadata(secret: Secret, metadata: unknown, file: string, report: Report): void {
  for (const [path, expected] of [
    [['name'], secret.name],
    [['namespace'], secret.org.name],
    [['annotations', 'argocd.argoproj.io/sync-wave'], WAVE],
  ] as const) {
    const got = path.reduce<unknown>((value, step) => fieldsOf(value)[step], metadata);
    if (got === expected) continue;
    const field = path.reduce<string>((at, step) => stepInto(at, step), 'metadata');
    report({ construct: secret, field, fix: setWith(file, ['metadata', ...path], expected), got, must: `be '${expected}' in ${file}` });
  }
}

/** The operator refuses a file without a checksum, and makes a Secret of each template, whatever its name. */
function checkSeal(secret: Secret, { sops, spec }: Fields, file: string, report: Report): void {
  const { mac } = fieldsOf(sops);
  if (typeof mac !== 'string' || !ENCRYPTED.test(mac))
    report({ construct: secret, field: 'sops.mac', fix: ENCRYPT + file, must: `be the checksum of sops in ${file}` });
  for (const [index, { name, type = 'Opaque' }] of itemsOf(fieldsOf(spec)['secretTemplates']).entries()) {
    const at = `spec.secretTemplates[${index}]`;
    if (index > 0) report({ construct: secret, field: at, fix: OWN_FILE, got: name, must: `be the only template in ${file}` });
    if (type === 'kubernetes.io/service-account-token')
      report({ construct: secret, field: `${at}.type`, got: type, must: `not ask for a token of the Kubernetes API in ${file}` });
  }
}

/** By sops alone: its checksum covers what is not encrypted, too. */
function setWith(file: string, path: readonly string[], value: string): string {
  const steps = path.map((step) => JSON.stringify([step])).join('');
  return `run: sops set ${file} '${steps}' '${JSON.stringify(value)}'`;
}

function checkTemplates(secret: Secret, manifest: Fields, file: string, report: Report): void {
  const templates = itemsOf(fieldsOf(manifest['spec'])['secretTemplates']);
  for (const [index, { data, stringData }] of templates.entries()) {
    for (const [field, values] of Object.entries({ data: fieldsOf(data), stringData: fieldsOf(stringData) })) {
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === 'string' && ENCRYPTED.test(value)) continue;
        const fix = `replace the value at its source, as it is known now, then run: sops encrypt --in-place ${file}`;
        report({
          construct: secret,
          field: `spec.secretTemplates[${index}].${field}.${name}`,
          fix,
          must: `be encrypted in ${file}: it holds clear text`,
        });
      }
    }
  }
  const own = templates.find(({ name }) => name === secret.objectName);
  const keys = Object.keys({ ...fieldsOf(own?.['data']), ...fieldsOf(own?.['stringData']) });
  if (keys.includes(secret.key)) return;
  const found =
    own === undefined
      ? `it has templates ${templates.map(({ name }) => show(name)).join(', ') || 'none'}`
      : `it has keys ${keys.map(show).join(', ') || 'none'}`;
  const fix = `run: sops ${file}, and add it there, or correct the handle`;
  report({
    construct: secret,
    field: 'key',
    fix,
    got: secret.key,
    must: `be a key of the template '${secret.objectName}' in ${file}: ${found}`,
  });
}

function sealed(name: string, value: string, wave = WAVE): Manifest {
  return {
    apiVersion: 'isindir.github.com/v1alpha3',
    kind: 'SopsSecret',
    metadata: { annotations: { 'argocd.argoproj.io/sync-wave': wave }, name, namespace: 'acme' },
    sops: { mac: 'ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]', version: '3.13.2' },
    spec: { secretTemplates: [{ name, stringData: { value } }] },
  };
}

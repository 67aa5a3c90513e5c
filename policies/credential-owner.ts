import { Agent, BrokeredSecret, Dispatcher, hookSecretName, Model, type Org, OrgPart, type Secret, Tool } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';
import { isExtra } from './origin.ts';
import { inContainer, inPod, type Pod } from './pod.ts';
import type { PodRule, Subject } from './rule.ts';

/** Who reads which key of all parts' credentials, to know them when they call. */
const VERIFIERS: ReadonlyMap<unknown, string> = new Map([
  ['gateway', 'gateway-key'],
  ['egress', 'egress-password'],
]);

const SUFFIX = '-credentials';

/** With another's credentials a pod is the other, whoever it is. */
export const credentialOwner: PodRule = {
  id: 'credential-owner',
  title: 'A pod reads its own credentials, and the secrets that its part was given',
  severity: 'error',
  appliesTo: 'pod',
  fix: "give the part what it needs by 'secrets', 'brokered', 'models' or 'egress'",
  check(pod, report, subject) {
    visitSecrets(pod, (name, keys, place) => {
      const refusal = findRefusal(pod, name, keys, subject);
      if (refusal !== undefined) report({ field: place(), got: name ?? null, must: refusal });
    });
  },
  good: examplePod({ volumes: [{ name: 'own', secret: { secretName: 'greeter-credentials' } }] }),
  bad: {
    example: examplePod({
      container: { envFrom: [{ secretRef: { name: 'gateway-credentials' } }] },
      volumes: [{ name: 'stolen', secret: { secretName: 'digest-credentials' } }],
    }),
    says: [
      "'spec.containers[0].envFrom[0].secretRef' must not read the credentials of another, got 'gateway-credentials'",
      "'spec.volumes[0].secret' must not read the credentials of another, got 'digest-credentials'",
    ],
  },
};

/** Keys are those that the pod can read; `undefined` stands for all. */
type VisitSecret = (name: unknown, keys: readonly unknown[] | undefined, place: () => string) => void;

function findRefusal(pod: Pod, name: unknown, keys: readonly unknown[] | undefined, { part, org }: Subject): string | undefined {
  if (org === undefined) return undefined;
  const { construct } = part;
  if (typeof name === 'string' && name.endsWith(SUFFIX)) {
    const owner = ownerOf(pod, { part });
    if (owner !== undefined && name.length === owner.length + SUFFIX.length && name.startsWith(owner)) return undefined;
    const readable = construct === org && !isExtra(part) ? VERIFIERS.get(owner) : undefined;
    if (readable !== undefined && keys?.every((key) => key === readable) === true) return undefined;
    return 'not read the credentials of another';
  }
  if (isExtra(part)) return keptSecrets(org).get(String(name));
  if (!(construct instanceof OrgPart)) return undefined;
  for (const secret of givenTo(construct)) {
    if (secret.objectName === name && (keys === undefined ? false : keys.every((key) => key === secret.key))) {
      return findKept(org, secret);
    }
  }
  if (construct instanceof Dispatcher && isDispatchers(construct, name, keys)) return undefined;
  return 'be a key that the part was given by a Secret handle';
}

/** A file of a part has pods of that part only; what all parts share stands in one file, and is told apart by its labels. */
function ownerOf(pod: Pod, { part }: Pick<Subject, 'part'>): string | undefined {
  if (part.construct instanceof OrgPart) return part.construct.name;
  if (isExtra(part)) return undefined;
  const name = fieldsOf(pod.metadata['labels'])['app.kubernetes.io/name'];
  return typeof name === 'string' ? name : undefined;
}

/** What the dispatcher reads beside its handles: the secrets of triggers, and the URL of a database that CloudNativePG runs for it. */
function isDispatchers({ database, hooks }: Dispatcher, name: unknown, keys: readonly unknown[] | undefined): boolean {
  if (database.store.kind === 'cloudNativePg' && name === 'dispatcher-database-app') return true;
  return hooks.some(({ secret }) => name === hookSecretName(secret) && keys?.every((key) => key === secret.key) === true);
}

/** Whose values the containers of a part's pod may read. */
function givenTo(part: OrgPart): readonly Secret[] {
  if (part instanceof Tool) return givenToTool(part);
  if (part instanceof Dispatcher) return part.database.secret === undefined ? [] : [part.database.secret];
  if (!(part instanceof Agent)) return [];
  const memory = part.memory?.store.secret;
  return [...part.secrets, ...(memory === undefined ? [] : [memory]), ...part.tools.flatMap((tool) => givenToTool(tool))];
}

function givenToTool({ secrets, server: { origin } }: Tool): readonly Secret[] {
  return origin.kind === 'remote' ? [...secrets, ...origin.headers.map(({ value }) => value)] : secrets;
}

/** Why nobody but one of the org's own pods may read a value: it is a provider's key. Brokered ones have a rule of their own. */
function findKept(org: Org, { objectName, key }: Secret): string | undefined {
  return keptSecrets(org).get(`${objectName}/${key}`);
}

const kept = new WeakMap<Org, ReadonlyMap<string, string>>();

/** Secrets that one of the org's own pods reads, by name, and by name and key. */
function keptSecrets(org: Org): ReadonlyMap<string, string> {
  let found = kept.get(org);
  if (found === undefined) kept.set(org, (found = findKeptSecrets(org)));
  return found;
}

function findKeptSecrets(org: Org): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const keep = ({ objectName, key }: Secret, why: string): void => {
    found.set(objectName, why).set(`${objectName}/${key}`, why);
  };
  for (const part of org.children) {
    if (part instanceof BrokeredSecret) keep(part.secret, `not read the secret of broker '${part.name}'`);
    if (part instanceof Model)
      for (const { key } of part.deployments) keep(key, `not read the key of model '${part.name}', which only the gateway has`);
  }
  return found;
}

/** Goes through all Secrets that a pod reads, whether they have to be there or not. */
function visitSecrets(pod: Pod, visit: VisitSecret): void {
  const volumes = itemsOf(pod.spec['volumes']);
  for (let v = 0; v < volumes.length; v++) visitVolume(pod, volumes[v] as Fields, v, visit);
  for (const container of pod.containers) {
    const env = itemsOf(container.fields['env']);
    for (let e = 0; e < env.length; e++) {
      const reference = fieldsOf(env[e]?.['valueFrom'])['secretKeyRef'];
      if (reference === undefined) continue;
      const { name, key } = fieldsOf(reference);
      visit(name, [key], () => inContainer(pod, container, `env[${e}].valueFrom.secretKeyRef`));
    }
    for (const [e, { secretRef }] of itemsOf(container.fields['envFrom']).entries()) {
      if (secretRef !== undefined)
        visit(fieldsOf(secretRef)['name'], undefined, () => inContainer(pod, container, `envFrom[${e}].secretRef`));
    }
  }
}

// oxlint-disable-next-line eslint/max-params -- called for each volume of each pod
function visitVolume(pod: Pod, { csi, projected, secret }: Fields, index: number, visit: VisitSecret): void {
  if (secret !== undefined) visitSource(fieldsOf(secret), 'secretName', () => inPod(pod, `volumes[${index}].secret`), visit);
  const publishing = fieldsOf(csi)['nodePublishSecretRef'];
  if (publishing !== undefined)
    visit(fieldsOf(publishing)['name'], undefined, () => inPod(pod, `volumes[${index}].csi.nodePublishSecretRef`));
  if (projected === undefined) return;
  for (const [s, source] of itemsOf(fieldsOf(projected)['sources']).entries()) {
    if (source['secret'] === undefined) continue;
    visitSource(fieldsOf(source['secret']), 'name', () => inPod(pod, `volumes[${index}].projected.sources[${s}].secret`), visit);
  }
}

// oxlint-disable-next-line eslint/max-params -- called for each volume of each pod
function visitSource(source: Fields, nameField: string, place: () => string, visit: VisitSecret): void {
  const { items } = source;
  visit(source[nameField], Array.isArray(items) && items.length > 0 ? itemsOf(items).map(({ key }) => key) : undefined, place);
}

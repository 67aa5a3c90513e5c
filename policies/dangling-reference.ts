import type { Construct } from 'constructs';
import type { Fleet, Manifest } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { type Fields, fieldsOf, itemsOf, show } from './fields.ts';
import { describeObject } from './finding.ts';
import { isKnownSecret } from './known-secrets.ts';
import type { ObjectNames } from './object-names.ts';
import { visitObjectReferences } from './object-references.ts';
import { selectorsOf } from './object-selectors.ts';
import { matches, PodLabels } from './pod-labels.ts';
import type { Difference, FleetCheck, FleetRule, Report, SeenFile, SeenObject } from './rule.ts';

/** A pod that waits for a volume that nobody makes waits for ever, and says so only to who looks. */
export const danglingReference: FleetRule = {
  id: 'dangling-reference',
  title: 'What an object names or selects is there',
  severity: 'error',
  appliesTo: 'fleet',
  fix: 'correct the name or the labels, or render what they mean; name a Secret that something else makes by Secret.reference',
  begin: (fleet, names) => new References(fleet, names),
  good: [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'greeter', namespace: 'acme' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'greeter', namespace: 'acme' },
      spec: { selector: { 'app.kubernetes.io/name': 'greeter' } },
    },
    deployment({ serviceAccountName: 'greeter' }),
  ],
  bad: {
    example: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'greeter', namespace: 'acme' },
        spec: { selector: { 'app.kubernetes.io/name': 'greeting' } },
      },
      deployment({ serviceAccountName: 'greeting', volumes: [{ configMap: { name: 'settings' }, name: 'settings' }] }),
    ],
    says: [
      "Deployment acme/greeter: 'spec.template.spec.serviceAccountName' must name a ServiceAccount in namespace 'acme': there is none of this name, got 'greeting'",
      "Deployment acme/greeter: 'spec.template.spec.volumes[0].configMap.name' must name a ConfigMap in namespace 'acme': there is none of this name, got 'settings'",
      `Service acme/greeter: 'spec.selector' must choose pods in namespace 'acme': none has these labels, got {"app.kubernetes.io/name":"greeting"}`,
    ],
  },
};

/** The servers of a database, as CloudNativePG knows them. */
const CLUSTER = 'postgresql.cnpg.io/Cluster';

const NONE: readonly string[] = Object.freeze([]);

/** Made by the cluster in each namespace. */
const ALWAYS_THERE = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

/** Where something is named that was not there yet. */
interface Open {
  readonly construct: Construct;
  readonly object: string;
  readonly field: string;
  /** How many other places say the same. */
  others: number;
}

interface OpenReference extends Open {
  readonly kind: string;
  readonly name: string;
}

interface OpenSelector extends Open {
  readonly labels: Fields;
}

/** What is kept of one namespace: almost all references stay within their file, and are not kept. */
class NamespaceReferences {
  readonly pods = new PodLabels();
  readonly secrets = new Set<string>();
  readonly references = new Map<string, OpenReference>();
  readonly selectors = new Map<string, OpenSelector>();
}

/** Whose references are looked at. */
interface Place {
  readonly construct: Construct;
  readonly namespace: string;
  readonly space: NamespaceReferences;
}

class References implements FleetCheck {
  readonly #fleet: Fleet;
  readonly #names: ObjectNames;
  readonly #namespaces = new Map<string, NamespaceReferences>();

  constructor(fleet: Fleet, names: ObjectNames) {
    this.#fleet = fleet;
    this.#names = names;
  }

  readonly see = ({ part, objects }: SeenFile): string => {
    let facts = '';
    const pods = objects.flatMap(({ pod }) => (pod === undefined ? [] : [fieldsOf(pod.metadata['labels'])]));
    for (const object of objects) {
      const { namespace } = fieldsOf(object.manifest.metadata);
      if (typeof namespace !== 'string') continue;
      const space = this.#space(namespace);
      if (object.pod !== undefined) {
        const labels = fieldsOf(object.pod.metadata['labels']);
        space.pods.add(labels);
        facts += `${namespace} pod ${keyOf(labels)};`;
      }
      const made = madePods(object);
      if (made !== undefined) {
        space.pods.add(made);
        facts += `${namespace} pod ${keyOf(made)};`;
      }
      for (const name of madeSecrets(object)) {
        space.secrets.add(name);
        facts += `${namespace} makes ${name};`;
      }
      facts += this.#seeReferences(object, { construct: part.construct, namespace, space });
      for (const { field, labels } of selectorsOf(object)) {
        if (pods.some((pod) => matches(pod, labels))) continue;
        const key = keyOf(labels);
        facts += `${namespace} selects ${key};`;
        const known = space.selectors.get(key);
        if (known !== undefined) known.others++;
        else space.selectors.set(key, { construct: part.construct, field, labels, object: describeObject(object.manifest), others: 0 });
      }
    }
    return facts;
  };

  readonly seeAlike = (sample: FleetCheck, { construct, replace }: Difference): void => {
    if (!(sample instanceof References)) throw new TypeError('The sample was judged by another rule');
    for (const [namespace, { pods, references, secrets, selectors }] of sample.#namespaces) {
      const space = this.#space(namespace);
      for (const labels of pods) space.pods.add(replaceValues(labels, replace));
      for (const name of secrets) space.secrets.add(replace(name));
      for (const open of references.values()) {
        const name = replace(open.name);
        if (this.#names.has(open.kind, namespace, name) || (open.kind === 'Secret' && space.secrets.has(name))) continue;
        addOpen(space.references, `${open.kind} ${name}`, { ...open, construct, name, object: replace(open.object) });
      }
      for (const open of selectors.values()) {
        const labels = replaceValues(open.labels, replace);
        addOpen(space.selectors, keyOf(labels), { ...open, construct, labels, object: replace(open.object) });
      }
    }
  };

  /** Answers with what is named beyond the file. */
  #seeReferences(object: SeenObject, { construct, namespace, space }: Place): string {
    let facts = '';
    // A pod names the Secret with its credentials again and again.
    let lastSecret: string | undefined;
    visitObjectReferences(object, (kind, name, place) => {
      if (typeof name !== 'string') return;
      const isMade = kind === 'Secret' && space.secrets.has(name);
      const isAgain = kind === 'Secret' && name === lastSecret;
      if (isMade && isAgain) return;
      const maker = this.#names.get(kind, namespace, name);
      if (maker === construct) return;
      // The same whether it is made already: facts do not depend on what was seen before.
      if (!isAgain) facts += `${namespace} names ${kind} ${name};`;
      if (kind === 'Secret') lastSecret = name;
      if (isMade || maker !== undefined) return;
      const key = `${kind} ${name}`;
      const known = space.references.get(key);
      if (known !== undefined) known.others++;
      else space.references.set(key, { construct, field: place(), kind, name, object: describeObject(object.manifest), others: 0 });
    });
    return facts;
  }

  readonly finish = (report: Report): void => {
    for (const [namespace, { pods, secrets, references, selectors }] of this.#namespaces) {
      const org = this.#fleet.orgs.find(({ name }) => name === namespace);
      for (const [key, { kind, name, others, ...place }] of references) {
        if (ALWAYS_THERE.has(key) || this.#names.has(kind, namespace, name)) continue;
        if (kind === 'Secret' && (secrets.has(name) || (org !== undefined && isKnownSecret(org, name)))) continue;
        report({
          ...place,
          got: name,
          must: `name a ${kindOf(kind)} in namespace ${show(namespace)}: there is none of this name${alsoNamed(others)}`,
        });
      }
      for (const { labels, others, ...place } of pods.findUnmatched(selectors.values())) {
        report({ ...place, got: labels, must: `choose pods in namespace ${show(namespace)}: none has these labels${alsoNamed(others)}` });
      }
    }
  };

  #space(namespace: string): NamespaceReferences {
    let space = this.#namespaces.get(namespace);
    if (space === undefined) this.#namespaces.set(namespace, (space = new NamespaceReferences()));
    return space;
  }
}

/** The labels of the pods that operators make of an object. */
function madePods({ groupKind, manifest }: SeenObject): Fields | undefined {
  return groupKind === CLUSTER ? { 'cnpg.io/cluster': manifest.metadata.name } : undefined;
}

/** The Secrets that operators make of an object. */
function madeSecrets({ groupKind, manifest }: SeenObject): readonly string[] {
  const spec = fieldsOf(manifest['spec']);
  switch (groupKind) {
    case 'external-secrets.io/ExternalSecret':
      return namesIn([fieldsOf(spec['target'])['name'] ?? manifest.metadata.name]);
    case 'isindir.github.com/SopsSecret':
      return namesIn(itemsOf(spec['secretTemplates']).map(({ name }) => name));
    case CLUSTER:
      return [`${manifest.metadata.name}-app`];
    default:
      return NONE;
  }
}

function addOpen<Entry extends Open>(entries: Map<string, Entry>, key: string, entry: Entry): void {
  const known = entries.get(key);
  if (known === undefined) entries.set(key, entry);
  else known.others += 1 + entry.others;
}

function replaceValues(labels: Fields, replace: (text: string) => string): Fields {
  const own: Record<string, unknown> = { ...labels };
  for (const key in own) if (typeof own[key] === 'string') own[key] = replace(own[key]);
  return own;
}

function namesIn(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

function keyOf(labels: Fields): string {
  let key = '';
  for (const name in labels) key += `${name}=${String(labels[name])},`;
  return key;
}

function kindOf(groupKind: string): string {
  return groupKind.slice(groupKind.indexOf('/') + 1);
}

function alsoNamed(others: number): string {
  return others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'place says' : 'places say'} the same)`;
}

function deployment(spec: Fields): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'greeter', namespace: 'acme' },
    spec: { template: examplePod(spec) },
  };
}

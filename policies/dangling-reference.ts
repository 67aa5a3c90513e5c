import type { Construct } from 'constructs';
import type { Fleet, Manifest } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { type Fields, fieldsOf, itemsOf, show } from './fields.ts';
import { describeObject } from './finding.ts';
import { isKnownSecret } from './known-secrets.ts';
import type { ObjectNames } from './object-names.ts';
import { type ObjectReference, referencesOf } from './object-references.ts';
import { type PodSelector, selectorsOf } from './object-selectors.ts';
import { matches, PodLabels } from './pod-labels.ts';
import type { FleetCheck, FleetRule, Report, SeenFile, SeenObject } from './rule.ts';

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

const NONE: readonly string[] = Object.freeze([]);

/** Made by the cluster in each namespace. */
const ALWAYS_THERE = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

/** Where something is named that was not there yet. */
interface Open {
  readonly construct: Construct;
  readonly object: string;
  readonly field: string;
  /** How many other objects name it. */
  others: number;
}

interface OpenReference extends Open, ObjectReference {}
interface OpenSelector extends Open, PodSelector {}

/** What is kept of one namespace: almost all references stay within their file, and are not kept. */
class NamespaceReferences {
  readonly pods = new PodLabels();
  readonly secrets = new Set<string>();
  readonly references = new Map<string, OpenReference>();
  readonly selectors = new Map<string, OpenSelector>();
}

class References implements FleetCheck {
  readonly #fleet: Fleet;
  readonly #names: ObjectNames;
  readonly #namespaces = new Map<string, NamespaceReferences>();

  constructor(fleet: Fleet, names: ObjectNames) {
    this.#fleet = fleet;
    this.#names = names;
  }

  readonly see = ({ part, objects }: SeenFile): void => {
    for (const object of objects) {
      const { manifest, pod } = object;
      const { namespace } = fieldsOf(manifest.metadata);
      if (typeof namespace !== 'string') continue;
      const space = this.#space(namespace);
      if (pod !== undefined) space.pods.add(fieldsOf(pod.metadata['labels']));
      for (const name of madeSecrets(object)) space.secrets.add(name);
      for (const reference of referencesOf(object)) {
        const { kind, name } = reference;
        if (this.#names.has(kind, namespace, name) || (kind === 'Secret' && space.secrets.has(name))) continue;
        keep(space.references, `${kind} ${name}`, reference, part.construct, manifest);
      }
      for (const selector of selectorsOf(object)) {
        if (objects.some((each) => each.pod !== undefined && matches(fieldsOf(each.pod.metadata['labels']), selector.labels))) continue;
        keep(space.selectors, keyOf(selector.labels), selector, part.construct, manifest);
      }
    }
  };

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

// oxlint-disable-next-line eslint/max-params -- what is open, under its key, and who named it
function keep<Named extends object>(
  open: Map<string, Named & Open>,
  key: string,
  named: Named & { field: string },
  construct: Construct,
  manifest: Manifest,
): void {
  const known = open.get(key);
  if (known === undefined) open.set(key, { ...named, construct, object: describeObject(manifest), others: 0 });
  else known.others++;
}

/** The Secrets that operators make of an object. */
function madeSecrets({ groupKind, manifest }: SeenObject): readonly string[] {
  const spec = fieldsOf(manifest['spec']);
  switch (groupKind) {
    case 'external-secrets.io/ExternalSecret':
      return namesIn([fieldsOf(spec['target'])['name'] ?? manifest.metadata.name]);
    case 'isindir.github.com/SopsSecret':
      return namesIn(itemsOf(spec['secretTemplates']).map(({ name }) => name));
    default:
      return NONE;
  }
}

function namesIn(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

function keyOf(labels: Fields): string {
  return JSON.stringify(labels);
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

import { Agent, type Tool } from '../constructs/index.ts';
import { fieldsOf, stepInto } from './fields.ts';
import { isExtra, isPartName, isTouched } from './origin.ts';
import type { Pod } from './pod.ts';
import type { ObjectRule, Report, Subject } from './rule.ts';

const REACH = 'reach.fleetwright.dev/';
const NAME = 'app.kubernetes.io/name';
const COMPONENT = 'app.kubernetes.io/component';

/** Policies by which pods are let through, and where they say for which pods. */
const POLICIES: ReadonlyMap<string, string> = new Map([
  ['cilium.io/CiliumNetworkPolicy', 'endpointSelector'],
  ['networking.k8s.io/NetworkPolicy', 'podSelector'],
]);

/** Labels are what lets a pod reach another: they are as good as keys. */
export const reachDeclared: ObjectRule = {
  id: 'reach-declared',
  title: 'Pods reach what their construct declares, and pass for nobody else',
  severity: 'error',
  appliesTo: 'object',
  fix: "declare it by 'tools', 'models', 'brokered' or 'egress' of an agent; give objects of your own another name label",
  check(subject, report) {
    const { groupKind, manifest, part, pod } = subject;
    if (pod !== undefined) checkPod(pod, subject, report);
    const selector = POLICIES.get(groupKind);
    if (selector === undefined || !isTouched(part)) return;
    if (part.construct instanceof Agent) {
      const isPatched = part.construct.patches.some(({ kind }) => kind === manifest.kind);
      if (isPatched) report({ must: 'not be patched: it follows from what the agent declares' });
    } else checkSelector(subject, selector, report);
  },
  good: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { [NAME]: 'greeter', [`${REACH}egress`]: 'allowed' }, name: 'greeter', namespace: 'acme' },
    spec: {},
  },
  bad: {
    example: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { [NAME]: 'greeter', [`${REACH}search`]: 'allowed' }, name: 'greeter', namespace: 'acme' },
      spec: {},
    },
    says: [`'metadata.labels['${REACH}search']' must not be set: nothing declares that it reaches 'search'`],
  },
};

function checkPod({ at, metadata }: Pod, { part }: Subject, report: Report): void {
  const labels = fieldsOf(metadata['labels']);
  const field = `${at}metadata.labels`;
  for (const label in labels) {
    if (!label.startsWith(REACH)) continue;
    const id = label.slice(REACH.length);
    if (isExtra(part) || !mayReach(part.construct, id))
      report({ field: stepInto(field, label), must: `not be set: nothing declares that it reaches '${id}'` });
  }
  if (!isTouched(part)) return;
  const { construct } = part;
  const name = labels[NAME];
  if (construct instanceof Agent) {
    if (name !== construct.name)
      report({ field: stepInto(field, NAME), got: name ?? null, must: `be '${construct.name}', the agent's own` });
    const component = labels[COMPONENT];
    if (component !== 'agent') report({ field: stepInto(field, COMPONENT), got: component ?? null, must: "be 'agent'" });
  } else if (isPartName(part, name))
    report({ field: stepInto(field, NAME), got: name, must: 'not be the name of a part: the pod would pass for it' });
}

/** The egress proxy asks each pod for a password besides. What all parts share reaches nothing else. */
function mayReach(construct: unknown, id: string): boolean {
  if (id === 'egress') return true;
  if (!(construct instanceof Agent)) return false;
  if (id === 'gateway') return construct.models !== undefined;
  return construct.tools.some((tool) => isService(tool) && tool.name === id) || construct.brokered.some(({ name }) => name === id);
}

function isService({ placement }: Tool): boolean {
  return placement.at.kind === 'service';
}

/** Policies add up: one more for a part's pods lets through what the part's own does not. */
function checkSelector({ manifest, part }: Subject, selector: string, report: Report): void {
  if (manifest['specs'] !== undefined) report({ field: 'specs', must: 'not be set: write one policy each' });
  const name = fieldsOf(fieldsOf(fieldsOf(manifest['spec'])[selector])['matchLabels'])[NAME];
  if (typeof name === 'string' && !isPartName(part, name)) return;
  report({
    field: stepInto(`spec.${selector}.matchLabels`, NAME),
    fix: `give your own pods a label ${NAME} that no part has, and select them by it`,
    got: name ?? null,
    must: "choose pods of the stack's own: what a part may reach follows from what it declares",
  });
}

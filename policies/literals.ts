import { fieldsOf, itemsOf } from './fields.ts';
import { type Container, inContainer, type Pod } from './pod.ts';

/** A text that a pod hands to a program as it is: an argument or a variable. */
export interface Literal {
  readonly field: string;
  readonly text: string;
  /** Of a variable. */
  readonly name?: string;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** The commands, arguments and variables of a pod that a test singles out. */
export function findLiterals(pod: Pod, isHit: (text: string) => boolean): Literal[] {
  const hits = findExpanded(pod, isHit);
  for (const container of pod.containers) {
    if (container.fields['lifecycle'] === undefined) continue;
    const lifecycle = fieldsOf(container.fields['lifecycle']);
    for (const name of HOOKS) findInHandler(pod, container, `lifecycle.${name}`, lifecycle[name], isHit, hits);
  }
  return hits;
}

/**
 * As `findLiterals`, without what hooks run: there Kubernetes replaces no variables.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function findExpanded(pod: Pod, isHit: (text: string) => boolean): Literal[] {
  const hits: Literal[] = [];
  for (const container of pod.containers) {
    const { fields } = container;
    findInList(pod, container, 'command', fields['command'], isHit, hits);
    findInList(pod, container, 'args', fields['args'], isHit, hits);
    findInEnv(pod, container, isHit, hits);
    for (const name of PROBES) findInHandler(pod, container, name, fields[name], isHit, hits);
  }
  return hits;
}

// oxlint-disable-next-line eslint/max-params -- an object for each list of each container would be made for nothing
function findInList(pod: Pod, container: Container, name: string, list: unknown, isHit: (text: string) => boolean, hits: Literal[]): void {
  if (!Array.isArray(list)) return;
  for (let i = 0; i < list.length; i++) {
    const text: unknown = list[i];
    if (typeof text === 'string' && isHit(text)) hits.push({ field: inContainer(pod, container, `${name}[${i}]`), text });
  }
}

function findInEnv(pod: Pod, container: Container, isHit: (text: string) => boolean, hits: Literal[]): void {
  const env = itemsOf(container.fields['env']);
  for (let i = 0; i < env.length; i++) {
    const text = env[i]?.['value'];
    if (typeof text !== 'string' || !isHit(text)) continue;
    hits.push({ field: inContainer(pod, container, `env[${i}].value`), name: String(env[i]?.['name']), text });
  }
}

// oxlint-disable-next-line eslint/max-params -- as findInList
function findInHandler(
  pod: Pod,
  container: Container,
  name: string,
  handler: unknown,
  isHit: (text: string) => boolean,
  hits: Literal[],
): void {
  const exec = handler === undefined ? undefined : fieldsOf(handler)['exec'];
  if (exec !== undefined) findInList(pod, container, `${name}.exec.command`, fieldsOf(exec)['command'], isHit, hits);
}

import type { Construct } from 'constructs';
import type { Manifest } from '../constructs/index.ts';
import { fieldsOf, show } from './fields.ts';
import type { Severity } from './rule.ts';

/** One place where a rule is broken, as data: it can be written as JSON. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** Path of the construct: `prod/hello/digest`. */
  readonly path: string;
  /** Where the construct was created: `stacks/hello.ts:12:3`. */
  readonly source?: string;
  /** The rendered object: `Deployment hello/digest`; left out when the construct itself is judged. */
  readonly object?: string;
  /** The field of the object, or the prop of the construct: `spec.template.spec.containers[0].image`. */
  readonly field?: string;
  /** What must hold; reads after the field. */
  readonly message: string;
  /** What is there instead, as people read it. Left out when it may be secret. */
  readonly value?: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A finding as a sentence, without its construct: `Service a/b: 'spec.ports[0].port' must be 1024 or more, got 80`. */
export function sentenceOf({ object, field, message, value }: Finding): string {
  const quoted = field === undefined ? undefined : `'${field}'`;
  const place = object !== undefined && quoted !== undefined ? `${object}: ${quoted}` : (object ?? quoted);
  return `${place === undefined ? '' : `${place} `}${message}${value === undefined ? '' : `, got ${value}`}`;
}

/** The order in which findings are listed: by construct, errors first, then by rule and place. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compare(a.path, b.path) ||
    compare(a.severity, b.severity) ||
    compare(a.rule, b.rule) ||
    compare(a.object ?? '', b.object ?? '') ||
    compareNaturally(a.field ?? '', b.field ?? '') ||
    compare(a.message, b.message)
  );
}

/** An object by the name that people know it by: `Deployment hello/digest`. */
export function describeObject({ kind, metadata }: Manifest): string {
  const { name, namespace } = fieldsOf(metadata);
  return `${plain(kind)} ${namespace === undefined ? '' : `${plain(namespace)}/`}${plain(name)}`;
}

/** Where a construct was created; for one that does not know, where the closest above it was. */
export function sourceOf(construct: Construct): string | undefined {
  for (const scope of [construct, ...construct.node.scopes.toReversed()]) {
    if ('source' in scope && typeof scope.source === 'string') return scope.source;
  }
  return undefined;
}

function plain(name: unknown): string {
  return typeof name === 'string' && /^[\w.:-]{1,253}$/.test(name) ? name : show(name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `ports[2]` before `ports[10]`. */
function compareNaturally(a: string, b: string): number {
  const pad = (text: string) => text.replace(/\d+/g, (digits) => digits.padStart(6, '0'));
  return compare(pad(a), pad(b));
}

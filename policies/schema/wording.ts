import { nearest } from '../../constructs/index.ts';
import type { IntOrStringNode, NumberNode, QuantityNode, SchemaNode, StringNode, TextFacets } from './schema-node.ts';
import type { SchemaProblem } from './schema-problem.ts';
import { brokenFacet, isAmount } from './text-rules.ts';

/** What is wrong with a scalar, without the place; undefined when nothing is. */
export type ScalarProblem = Omit<SchemaProblem, 'prop'>;

type ScalarNode = Exclude<SchemaNode, { type: 'array' | 'map' | 'object' }>;

/** What is wrong with a value that must be a scalar. The value is neither null nor undefined. */
export function describeScalar(value: unknown, spec: ScalarNode): ScalarProblem | undefined {
  switch (spec.type) {
    case 'any':
      return undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType(value, 'true or false', withoutQuotes(value, /^(true|false)$/));
    case 'quantity':
      return isAmount(value, spec.minimum) ? undefined : wrongValue(value, `be ${amountWords(spec)}`);
    case 'string':
      return describeText(value, spec);
    case 'intOrString':
      return typeof value === 'string' ? describeFacets(value, spec) : describeNumber(value, spec);
    case 'integer':
    case 'number':
      return describeNumber(value, spec);
  }
}

/** `'a', 'b' and 'c'` */
export function quotedList(words: readonly string[], last = 'and'): string {
  const quoted = words.map((word) => `'${word}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`;
}

function describeText(value: unknown, spec: StringNode): ScalarProblem | undefined {
  const problem = typeof value === 'string' ? describeFacets(value, spec) : wrongType(value, 'text', inQuotes(value));
  if (problem === undefined || spec.secret === undefined) return problem;
  // Neither the value nor a hint made from it: messages end up in logs.
  return { rule: problem.rule, must: problem.must };
}

function describeFacets(value: string, facets: TextFacets): ScalarProblem | undefined {
  const broken = brokenFacet(value, facets);
  if (broken === undefined) return undefined;
  const meant = facets.enum === undefined ? undefined : nearest(value, facets.enum);
  return { rule: 'wrong-value', must: broken, got: value, ...(meant !== undefined && { hint: `did you mean '${meant}'?` }) };
}

function describeNumber(value: unknown, spec: NumberNode | IntOrStringNode): ScalarProblem | undefined {
  const { type, minimum = -Infinity, maximum = Infinity } = spec;
  const what = numberWords(spec);
  if (typeof value !== 'number') return wrongType(value, what, withoutQuotes(value, /^-?[0-9]+(\.[0-9]+)?$/));
  const whole = type === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value);
  return whole && value >= minimum && value <= maximum ? undefined : wrongValue(value, `be ${what}`);
}

function numberWords({ type, minimum, maximum }: NumberNode | IntOrStringNode): string {
  const what = { integer: 'a whole number', number: 'a number', intOrString: 'text or a whole number' }[type];
  if (minimum !== undefined && maximum !== undefined) return `${what} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${what} of at least ${minimum}`;
  return maximum === undefined ? what : `${what} of at most ${maximum}`;
}

function amountWords({ minimum }: QuantityNode): string {
  return `an amount${minimum === undefined ? '' : ` of at least ${minimum}`}, such as '500m', '2Gi' or 1`;
}

function wrongType(value: unknown, what: string, hint: string | undefined): ScalarProblem {
  return { rule: 'wrong-type', must: `be ${what}`, got: value, ...(hint !== undefined && { hint }) };
}

function inQuotes(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? `in quotes, '${value}' is text` : undefined;
}

function withoutQuotes(value: unknown, meant: RegExp): string | undefined {
  return typeof value === 'string' && meant.test(value) ? `write ${value} without quotes` : undefined;
}

function wrongValue(value: unknown, must: string): ScalarProblem {
  return { rule: 'wrong-value', must, got: value };
}

import { createRequire } from 'node:module';
import type { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { isStorable } from './text.ts';

/** Characters of an expression. */
const LONGEST = 2000;

let made: Environment | undefined;

/**
 * What an expression may look at: `event`, the attributes of what happened, and `data`, what was sent along. It is made for the first one: few
 * fleets have expressions, and their parser takes longer to load than a fleet.
 */
function environment(): Environment {
  if (made === undefined) {
    const cel = createRequire(import.meta.url)('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
    const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 };
    made = new cel.Environment({ homogeneousAggregateLiterals: false, limits })
      .registerVariable('event', 'map<string, string>')
      .registerVariable('data', 'dyn');
  }
  return made;
}

/** What happened, as expressions see it. */
export interface Occurrence {
  /** Attributes: `id`, `type`, `source` and what else there is; all are texts. */
  readonly event: Readonly<Record<string, string>>;

  /** What was sent along: JSON. */
  readonly data: unknown;
}

/** The same as expressions have it, made once for all of them. */
interface Scope {
  readonly event: ReadonlyMap<string, string>;
  readonly data: unknown;
}

/** An expression in CEL, ready to be evaluated any number of times. It answers JSON, or throws what is wrong. @see https://cel.dev */
export type Expression = (scope: Scope) => unknown;

/**
 * What an expression must do to be one: `undefined` when nothing is wrong.
 *
 * @param wanted `bool` for a condition; anything for a value
 */
export function findExpressionProblem(text: unknown, wanted: 'bool' | 'any'): string | undefined {
  if (typeof text !== 'string' || text.trim() === '') return 'be an expression in CEL';
  if (text.length > LONGEST) return `have at most ${LONGEST} characters`;
  if (!isStorable(text)) return 'hold no NUL and no half of a surrogate pair';
  const { valid, type, error } = environment().check(text);
  if (!valid) return `be an expression in CEL over 'event' and 'data': ${error === undefined ? 'it is not' : explain(error)}`;
  if (wanted === 'any' || type === 'bool' || type === 'dyn') return undefined;
  return `say yes or no: it is of type ${type}`;
}

/** @throws Error if it is none; `findExpressionProblem` says why */
export function compileExpression(text: string): Expression {
  const evaluate = environment().parse(text);
  return (scope) => fromCel(evaluate({ ...scope }) as unknown);
}

/** What happened, for expressions. */
export function toScope({ event, data }: Occurrence): Scope {
  return { event: new Map(Object.entries(event)), data: toCel(data) };
}

function explain({ summary, range }: ParseError | CelTypeError | EvaluationError): string {
  return range === undefined ? summary : `${summary}, at character ${range.start + 1}`;
}

/** Whole numbers are whole in CEL; and a map has no fields but its own. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, inner]) => [key, toCel(inner)]));
}

/** JSON again. @throws Error for what JSON cannot hold */
function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [String(key), fromCel(inner)]));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error(`A ${value.constructor.name} is no JSON; make it a text`);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromCel(inner)]));
}

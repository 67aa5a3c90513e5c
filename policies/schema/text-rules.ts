import { parseCidr } from '../../constructs/index.ts';
import type { TextFacets } from './schema-node.ts';

const QUANTITY = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * Whether a value is an amount, in text or as a plain number, and not below `minimum`, which is 0 or less than any amount.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function isAmount(value: unknown, minimum = -Infinity): boolean {
  if (typeof value !== 'string') return Number.isFinite(value) && (value as number) >= minimum;
  return QUANTITY.test(value) && (minimum < 0 || !value.startsWith('-'));
}

/** What a text breaks of its facets, as the words that follow "must"; undefined when it is fine. */
export function brokenFacet(text: string, facets: TextFacets): string | undefined {
  const { enum: values, pattern, says, minLength, maxLength, format } = facets;
  if (values !== undefined && !values.includes(text)) return `be ${oneOf(values)}`;
  if (minLength !== undefined && isShorter(text, minLength))
    return minLength === 1 ? 'not be empty' : `have at least ${minLength} characters`;
  if (maxLength !== undefined && !isShorter(text, maxLength + 1)) return `have at most ${maxLength} characters`;
  if (pattern !== undefined && !regExp(pattern).test(text)) return says === undefined ? `match ${pattern}` : `be ${says}`;
  return format === undefined || FORMATS[format].test(text) ? undefined : `be ${FORMATS[format].says}`;
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`).join(', ');
  return values.length === 1 ? quoted : `one of ${quoted}`;
}

const compiled = new Map<string, RegExp>();

/** A pattern of the schema, compiled once. */
export function regExp(pattern: string): RegExp {
  let found = compiled.get(pattern);
  if (found === undefined) {
    found = new RegExp(pattern, 'u');
    compiled.set(pattern, found);
  }
  return found;
}

const FORMATS = {
  byte: { says: 'base64', test: (text: string) => text.length % 4 === 0 && BASE64.test(text) },
  cidr: { says: "a network such as '10.0.0.0/8' or 'fd00::/8'", test: (text: string) => parseCidr(text) !== undefined },
  'date-time': { says: "a time such as '2026-01-31T12:00:00Z'", test: (text: string) => DATE_TIME.test(text) },
};

/** Counts code points, and only when the number of UTF-16 units does not already tell. */
function isShorter(text: string, length: number): boolean {
  if (text.length < length) return true;
  return text.length < 2 * length && Array.from(text).length < length;
}

import { isShared } from '../../constructs/index.ts';
import {
  ANY,
  ARRAY,
  BOOLEAN,
  type CompiledNode,
  ENUM,
  FACETS,
  INTEGER,
  INT_OR_STRING,
  MAP,
  NUMBER,
  OBJECT,
  QUANTITY,
  TEXT,
  isComplete,
} from './compiled-node.ts';
import { brokenFacet, isAmount } from './text-rules.ts';
import { areUnique } from './unique.ts';

/** Shared pieces that were found valid, and as what. */
const found = new WeakMap<object, CompiledNode>();

/**
 * Whether a value is what a node describes. This is the hot path of every synthesis: it stops at the first problem, says nothing about
 * it and allocates nothing. `findProblems` explains.
 *
 * A key whose value is undefined counts as absent, as it does in YAML.
 */
export function isValid(value: unknown, node: CompiledNode): boolean {
  switch (node.check) {
    case TEXT:
      return typeof value === 'string';
    case ENUM:
      return typeof value === 'string' && node.values !== undefined && node.values.includes(value);
    case FACETS:
      return typeof value === 'string' && keepsFacets(value, node);
    case QUANTITY:
      return isAmount(value, node.minimum);
    case INTEGER:
      return Number.isInteger(value) && isWithin(value as number, node);
    case BOOLEAN:
      return typeof value === 'boolean';
    case INT_OR_STRING:
      return typeof value === 'string' ? keepsFacets(value, node) : Number.isInteger(value) && isWithin(value as number, node);
    case NUMBER:
      return Number.isFinite(value) && isWithin(value as number, node);
    case ANY:
      return value !== null;
    default:
      return isValidContainer(value, node);
  }
}

// Apart from the above, so that the engine inlines the scalar cases into the loops below.
function isValidContainer(value: unknown, node: CompiledNode): boolean {
  switch (node.check) {
    case OBJECT:
      return isObject(value) && hasValidFields(value, node);
    case MAP:
      return isObject(value) && hasValidEntries(value, node);
    case ARRAY:
      return Array.isArray(value) && hasValidItems(value, node);
    default:
      return false;
  }
}

function hasValidFields(value: Record<string, unknown>, node: CompiledNode): boolean {
  if (found.get(value) === node) return true;
  const isFound = fieldsAreValid(value, node);
  if (isFound && isShared(value)) found.set(value, node);
  return isFound;
}

function fieldsAreValid(value: Record<string, unknown>, node: CompiledNode): boolean {
  let tally = 0;
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    const field = node.fields.get(key);
    if (field === undefined) {
      if (node.open) continue;
      return false;
    }
    if (!isValid(item, field.node)) return false;
    tally += field.weight;
  }
  return isComplete(tally, node);
}

function hasValidEntries(value: Record<string, unknown>, { child, pattern, minSize, maxSize }: CompiledNode): boolean {
  if (child === undefined) return false;
  let size = 0;
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    if (!isValid(item, child)) return false;
    if (pattern !== undefined && !pattern.test(key)) return false;
    size++;
  }
  return size >= minSize && size <= maxSize;
}

function hasValidItems(value: readonly unknown[], { child, minSize, maxSize, unique }: CompiledNode): boolean {
  if (child === undefined || value.length < minSize || value.length > maxSize) return false;
  for (const item of value) {
    if (item === undefined || !isValid(item, child)) return false;
  }
  return unique === undefined || value.length < 2 || areUnique(value, unique);
}

/** The facets that most texts have are tried here, the rest only where they could still matter. */
function keepsFacets(value: string, node: CompiledNode): boolean {
  const { pattern, minSize, maxSize, values, spec } = node;
  if (value.length < minSize) return false;
  // Half of the UTF-16 units is the least number of characters. A pattern never sees a text that is much too long.
  if (value.length > 2 * maxSize) return false;
  if (pattern !== undefined && !pattern.test(value)) return false;
  if (spec.type !== 'string' && spec.type !== 'intOrString') return false;
  if (value.length <= maxSize && minSize <= 1 && values === undefined && spec.format === undefined) return true;
  return brokenFacet(value, spec) === undefined;
}

function isWithin(value: number, { minimum, maximum }: CompiledNode): boolean {
  return value >= minimum && value <= maximum;
}

/** Whether a value is an object with keys, rather than a list or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

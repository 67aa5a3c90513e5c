import { isStorable } from '../controller/contract/conditions/index.ts';
import type { Problem } from './errors.ts';

/** How deep objects and lists may stand in each other. What is around them in messages has room beside it. */
const DEPTH = 64;

/**
 * What is wrong with a value that is kept as JSON: it must come back as it was, through files, messages and databases.
 *
 * @param bytes how many it may have as JSON
 */
export function findJsonProblems(prop: string, value: unknown, bytes: number): Problem[] {
  const problem = findLoss(prop, value, 0);
  if (problem !== undefined) return [problem];
  return Buffer.byteLength(JSON.stringify(value)) <= bytes ? [] : [{ prop, must: `be JSON of at most ${bytes} bytes` }];
}

/** The first thing that would get lost. */
function findLoss(prop: string, value: unknown, depth: number): Problem | undefined {
  // It may go round in circles.
  if (depth > DEPTH) return { prop: prop.slice(0, 80), must: `be JSON of at most ${DEPTH} levels` };
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isStorable(value) ? undefined : { prop, must: 'hold no NUL and no half of a surrogate pair' };
  if (typeof value === 'number') return isExact(value) ? undefined : { prop, must: 'be a number that JSON keeps exactly', got: value };
  if (Array.isArray(value)) return first(Array.from(value), (inner, at) => findLoss(`${prop}[${at}]`, inner, depth + 1));
  if (!isPlain(value)) return { prop, must: 'be JSON: texts, numbers, true, false, null, lists, and objects without a class' };
  return first(Object.entries(value), ([name, inner]) => {
    if (!isStorable(name) || name === '__proto__' || name === 'constructor')
      return { prop, must: "have no field '__proto__' or 'constructor', and none with NUL or half of a surrogate pair", got: name };
    // JSON leaves it out.
    return inner === undefined ? undefined : findLoss(`${prop}.${name}`, inner, depth + 1);
  });
}

function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** Whether it is an object of fields, and nothing else. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const parent: unknown = Object.getPrototypeOf(value);
  return (parent === Object.prototype || parent === null) && !('toJSON' in value && typeof value.toJSON === 'function');
}

function first<Item>(items: readonly Item[], find: (item: Item, at: number) => Problem | undefined): Problem | undefined {
  for (const [at, item] of items.entries()) {
    const problem = find(item, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

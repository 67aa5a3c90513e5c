import { type FleetwrightError, InvalidValueError, type Problem } from '../../constructs/index.ts';
import { renderLine } from './yaml-text.ts';

/** How deep data may nest; the readers in use stop at 100 levels. */
export const DEEPEST = 96;

/** How long a key may be on its line, quotes and escapes included; readers look back 1,024 characters for its start. */
export const LONGEST_KEY = 1000;

/** The error that names the first value YAML cannot hold. */
export function explainUnwritable(documents: readonly unknown[]): FleetwrightError {
  for (const [index, document] of documents.entries()) {
    const problem = findProblem(document, '', []);
    if (problem !== undefined) return new InvalidValueError(nameDocument(document, index), problem);
  }
  throw new Error('The YAML writer stopped at a value that its explanation accepts.');
}

function findProblem(value: unknown, path: string, ancestors: readonly object[]): Problem | undefined {
  const prop = path === '' ? 'document' : path;
  if (typeof value === 'string') return value.isWellFormed() ? undefined : { prop, must: 'hold no half of a surrogate pair' };
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { prop, must: 'be a finite number', got: value };
  if (typeof value === 'boolean' || value === null) return undefined;
  if (value === undefined) return { prop, must: 'not be undefined', hint: 'filter it out of the list' };
  if (typeof value !== 'object') return { prop, must: 'be plain data', got: value };
  if (ancestors.includes(value)) return { prop, must: 'not contain itself', hint: 'write the shared part out at each place' };
  if (ancestors.length > DEEPEST) return { prop: shorten(prop), must: `nest at most ${DEEPEST} levels deep` };
  return findProblemInside(value, path, [...ancestors, value]);
}

function findProblemInside(container: object, path: string, ancestors: readonly object[]): Problem | undefined {
  if (Array.isArray(container))
    return firstOf(Array.from(container.keys()), (index) => findProblem(container[index], `${path}[${index}]`, ancestors));
  const prototype: unknown = Object.getPrototypeOf(container);
  if (prototype !== Object.prototype && prototype !== null) {
    return {
      prop: path || 'document',
      must: 'be plain data',
      got: `an instance of ${container.constructor.name}`,
      hint: 'convert it first',
    };
  }
  return firstOf(Object.keys(container).sort(), (key) => {
    const value: unknown = (container as Record<string, unknown>)[key];
    if (value === undefined || value === null) return undefined;
    return findKeyProblem(key, path) ?? findProblem(value, joinPath(path, key), ancestors);
  });
}

function findKeyProblem(key: string, path: string): Problem | undefined {
  const prop = path || 'document';
  if (!key.isWellFormed()) return { prop, must: 'have no key with half of a surrogate pair' };
  if (renderLine(key).length <= LONGEST_KEY) return undefined;
  return { prop, must: `have keys of at most ${LONGEST_KEY} characters, escapes included`, got: `a key of ${key.length}` };
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => Problem | undefined): Problem | undefined {
  for (const item of items) {
    const problem = find(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function shorten(path: string): string {
  return path.length <= 100 ? path : `${path.slice(0, 100)}…`;
}

function nameDocument(document: unknown, index: number): string {
  const { kind, metadata } = (document ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  const name = [kind, metadata?.name].filter((part) => typeof part === 'string').join(' ');
  return `YAML document ${index + 1}${name === '' ? '' : ` (${name})`}`;
}

import type { ApiObject } from '../cluster/index.ts';
import { isRecord } from '../tree/index.ts';
import type { Random } from './random.ts';

/** One way to spoil an object. */
export type Mutation = 'unknown key' | 'misspelt key' | 'dropped key' | 'wrong type' | 'other word';

/** All of them. */
export const mutations: readonly Mutation[] = ['unknown key', 'misspelt key', 'dropped key', 'wrong type', 'other word'];

/** A spoilt object and where it was spoilt. */
export interface Mutant {
  readonly mutation: Mutation;
  /** JSON pointer (RFC 6901) to the place, such as `/spec/template/spec/containers/0/image`. */
  readonly pointer: string;
  readonly object: ApiObject;
}

type Path = readonly (string | number)[];

/** Without these the server would not know what it is asked to judge. */
const KEPT = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.namespace']);

/** A copy of the object that is spoilt in one random place; `undefined` when it has no place for this mutation. */
export function mutate(object: ApiObject, mutation: Mutation, random: Random): Mutant | undefined {
  const copy = structuredClone(object);
  const places = [...placesIn(copy, [])].filter((path) => isPlaceFor(mutation, path, copy));
  const path = random.pick(places);
  if (path === undefined) return undefined;
  spoil(copy, path, mutation, random);
  return { mutation, pointer: toPointer(path), object: copy };
}

function* placesIn(value: unknown, path: Path): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* placesIn(child, [...path, key]);
}

function isPlaceFor(mutation: Mutation, path: Path, root: unknown): boolean {
  const value = valueAt(root, path);
  if (mutation === 'unknown key') return isRecord(value);
  if (path.length === 0 || KEPT.has(path.join('.'))) return false;
  if (mutation === 'other word') return typeof value === 'string';
  if (mutation === 'misspelt key' || mutation === 'dropped key') return isRecord(valueAt(root, path.slice(0, -1)));
  return true;
}

function spoil(root: ApiObject, path: Path, mutation: Mutation, random: Random): void {
  const parent = valueAt(root, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  const value = parent[key];
  switch (mutation) {
    case 'unknown key':
      (valueAt(root, path) as Record<string, unknown>)['unheardOf'] = random.pick(['x', 7, true, { a: 'b' }]);
      break;
    case 'misspelt key':
      delete parent[key];
      parent[`${key}s`] = value;
      break;
    case 'dropped key':
      delete parent[key];
      break;
    case 'wrong type':
      parent[key] = random.pick(othersThan(value));
      break;
    case 'other word':
      parent[key] = 'Nonsense';
      break;
  }
}

/** Values of every JSON type but this one's. */
function othersThan(value: unknown): unknown[] {
  const all = ['text', 7, 1.5, true, { unheardOf: 'x' }, ['x']];
  return all.filter((other) => typeOf(other) !== typeOf(value));
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

function toPointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], root);
}

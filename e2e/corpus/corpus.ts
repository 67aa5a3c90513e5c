import type { ApiObject } from '../cluster/index.ts';
import { type Mutant, mutate, mutations } from './mutate.ts';
import { Random } from './random.ts';

/** How large a corpus is. */
export interface CorpusOptions {
  readonly seed: number;
  /** How often each mutation is tried on each distinct object. */
  readonly rounds: number;
}

/** Objects to judge: some that are rendered, and many that are spoilt. */
export interface Corpus {
  readonly good: readonly ApiObject[];
  readonly bad: readonly Mutant[];
}

/** Takes one object of every shape, and spoils it in random places. The same seed gives the same corpus. */
export function buildCorpus(objects: readonly ApiObject[], { seed, rounds }: CorpusOptions): Corpus {
  const random = new Random(seed);
  const good = [...new Map(objects.map((object) => [shapeOf(object), withFreshName(object)])).values()];
  const attempts = Array.from({ length: rounds }, () => mutations).flat();
  const mutants = good.flatMap((object) => attempts.map((mutation) => mutate(object, mutation, random)));
  const bad = new Map(mutants.filter((mutant) => mutant !== undefined).map((mutant) => [JSON.stringify(mutant.object), mutant]));
  return { good, bad: [...bad.values()] };
}

/** A namespace has to exist before what is in it is judged; a second one of its name would be refused for that alone. */
function withFreshName(object: ApiObject): ApiObject {
  const { metadata, kind } = object;
  return kind === 'Namespace' ? { ...object, metadata: { ...metadata, name: `${metadata.name}-again` } } : object;
}

/** Two objects of one shape have the same keys everywhere; lists count by their first item. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? '' : shapeOf(value[0])}]`;
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).map(([key, child]) => `${key}:${key === 'kind' ? String(child) : shapeOf(child)}`);
  return `{${fields.sort().join()}}`;
}

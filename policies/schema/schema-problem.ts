import type { Problem } from '../../constructs/index.ts';

/** What kind of rule a value broke, for a caller that treats them differently. */
export type SchemaRule =
  'unknown-kind' | 'unknown-field' | 'missing-field' | 'field-choice' | 'wrong-type' | 'wrong-value' | 'wrong-size' | 'duplicate-item';

/** One place where an object differs from its schema. `prop` is a JSON pointer (RFC 6901) from the root of the object. */
export interface SchemaProblem extends Problem {
  readonly rule: SchemaRule;
}

/** A JSON pointer to a value: the keys and indices on the way to it. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

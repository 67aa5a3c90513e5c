import type { Fields } from './fields.ts';
import type { Kind } from './known-kinds.ts';

/** A resource that is read. */
export interface Resource {
  readonly kind: Kind;
  /** Whose it is: `language-operator`. */
  readonly product: string;
  readonly name: string;
  /** The namespace that it names, if it names one. */
  readonly namespace: string | undefined;
  readonly fields: Fields;
}

/** For people: `LanguageAgent worker`. */
export function describeResource({ kind, name }: Pick<Resource, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

import type { Construct } from 'constructs';

/** What tells an object from all others. */
export interface ObjectName {
  /** As `groupKindOf` calls it. */
  readonly groupKind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Who renders which object: for all objects of a fleet, so it holds nothing but names that exist anyway.
 * Objects without a namespace are kept under the empty one.
 */
export class ObjectNames {
  readonly #kinds = new Map<string, Map<string, Map<string, Construct>>>();

  /** Adds an object. Answers what rendered the same one before; the first one stays. */
  add(groupKind: string, namespace: string, name: string, construct: Construct): Construct | undefined {
    const names = this.#names(groupKind, namespace);
    const earlier = names.get(name);
    if (earlier === undefined) names.set(name, construct);
    return earlier;
  }

  /** What renders this object; `undefined` when it was not added. */
  get(groupKind: string, namespace: string, name: string): Construct | undefined {
    return this.#kinds.get(groupKind)?.get(namespace)?.get(name);
  }

  /** Whether this object was added. */
  has(groupKind: string, namespace: string, name: string): boolean {
    return this.get(groupKind, namespace, name) !== undefined;
  }

  /** The names of one kind in a namespace. */
  of(groupKind: string, namespace: string): Iterable<string> {
    return this.#kinds.get(groupKind)?.get(namespace)?.keys() ?? [];
  }

  /** All objects. */
  *[Symbol.iterator](): Generator<ObjectName> {
    for (const [groupKind, namespaces] of this.#kinds) {
      for (const [namespace, names] of namespaces) for (const name of names.keys()) yield { groupKind, name, namespace };
    }
  }

  #names(groupKind: string, namespace: string): Map<string, Construct> {
    let namespaces = this.#kinds.get(groupKind);
    if (namespaces === undefined) this.#kinds.set(groupKind, (namespaces = new Map<string, Map<string, Construct>>()));
    let names = namespaces.get(namespace);
    if (names === undefined) namespaces.set(namespace, (names = new Map<string, Construct>()));
    return names;
  }
}

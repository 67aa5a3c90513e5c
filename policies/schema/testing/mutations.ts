/** One change to a copy of an object: which of its places, what happens there, and with which value. */
export interface Mutation {
  readonly place: number;
  readonly action: 'set' | 'delete' | 'rename' | 'add' | 'repeat';
  readonly value: unknown;
}

/** Values that are right in one place and wrong in most others. */
export const VALUES: readonly unknown[] = [
  [null, true, false, 0, -1, 1, 1.5, 80, 511, 512, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 53],
  ['', 'a', 'B', 'a b', 'http', '80', '1', '-1', '1Gi', '500m', '1.5', '.5', '1e3', '1 core', '25%', 'é', '😀'.repeat(40), 'x'.repeat(64)],
  ['Always', 'always', 'Never', 'TCP', 'Ingress', 'Recreate', 'Role', 'Prefix', 'ReadWriteOnce', 'In', 'Pods', 'RuntimeDefault'],
  ['10.0.0.0/8', '10.0.0.0/33', '::/0', 'fd00::/8', '256.0.0.0/8', 'c2VjcmV0', 'c2VjcmV', '2026-01-31T12:00:00Z', '2026-01-31'],
  ['status.podIP', 'status.podIp', 'limits.cpu', 'example.com/gpu', 'storage', 'main'],
  [[], ['a'], ['a', 'a'], [null], {}, { a: 'b' }, { a: 1 }, { name: 'a' }, { cpu: '1' }, [{ name: 'a' }, { name: 'a' }]],
].flat(1);

type Container = Record<string, unknown> | unknown[];

/** A changed copy of an object. */
export function mutate(object: object, mutations: readonly Mutation[]): object {
  const copy = structuredClone(object);
  for (const { place, action, value: shared } of mutations) {
    const value: unknown = structuredClone(shared);
    const places = findPlaces(copy);
    const [container, key] = places[place % places.length] ?? [{}, 'nothing left to change'];
    if (Array.isArray(container)) changeItem(container, Number(key), action, value);
    else changeField(container, key, action, value);
  }
  return copy;
}

function changeItem(items: unknown[], index: number, action: Mutation['action'], value: unknown): void {
  if (action === 'delete') items.splice(index, 1);
  else if (action === 'repeat') items.push(structuredClone(items[index]));
  else if (action === 'add') items.push(value);
  else items[index] = value;
}

function changeField(fields: Record<string, unknown>, key: string, action: Mutation['action'], value: unknown): void {
  const old = fields[key];
  if (action === 'add') fields[`${key}x`] = value;
  else if (action === 'delete' || action === 'rename') delete fields[key];
  else fields[key] = value;
  if (action === 'rename') fields[key.toUpperCase()] = old;
}

function findPlaces(value: unknown): [Container, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Container;
  return Object.entries(container).flatMap(([key, child]) => [[container, key] as [Container, string], ...findPlaces(child)]);
}

/** The keys that tell items apart, each with the value that an absent one stands for; none when the items are compared themselves. */
export type UniqueKeys = readonly (readonly [key: string, absent: string | null])[];

// Up to here, comparing each with each is faster than a set.
const SMALL = 16;

// Kept between calls, so that the hot path allocates nothing.
const seen: unknown[] = [];

/** Whether no two items are the same to server-side apply. Items are objects, or scalars when there are no keys. */
export function areUnique(items: readonly unknown[], keys: UniqueKeys): boolean {
  const [only] = keys;
  if (items.length > SMALL || keys.length !== 1 || only === undefined) {
    return new Set(items.map((item) => identity(item, keys))).size === items.length;
  }
  const [key, absent] = only;
  for (let i = 0; i < items.length; i++) {
    const own = part(items[i], key, absent);
    for (let j = 0; j < i; j++) {
      if (seen[j] === own) return false;
    }
    seen[i] = own;
  }
  return true;
}

/** The index of the first item like this one, when that is an earlier one. The items need not be valid. */
export function earlierTwin(items: readonly unknown[], index: number, keys: UniqueKeys): number | undefined {
  const own = identity(items[index], keys);
  const twin = items.findIndex((item) => identity(item, keys) === own);
  return own !== undefined && twin < index ? twin : undefined;
}

function identity(item: unknown, keys: UniqueKeys): unknown {
  if (keys.length === 0) return item;
  return typeof item === 'object' && item !== null ? JSON.stringify(keys.map(([key, absent]) => part(item, key, absent))) : undefined;
}

function part(item: unknown, key: string, absent: string | null): unknown {
  return (item as Record<string, unknown>)[key] ?? absent;
}

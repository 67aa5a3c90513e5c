import type { Fields } from './fields.ts';

/** The labels of all pods of a namespace, and whether some labels choose one of them. */
export class PodLabels {
  readonly #pods: Fields[] = [];

  /** Adds a pod. Its labels are kept as they are. */
  add(labels: Fields): void {
    this.#pods.push(labels);
  }

  /** The labels of each pod. */
  [Symbol.iterator](): Iterator<Fields> {
    return this.#pods.values();
  }

  /**
   * The selectors that choose no pod, in their order. All are answered together, as each pod is then looked at once: only for
   * the selectors that ask for one of its own labels.
   */
  findUnmatched<Selector extends { readonly labels: Fields }>(selectors: Iterable<Selector>): Selector[] {
    const open = new Set(selectors);
    const byLabel = indexByRarestLabel(open);
    for (const pod of this.#pods) {
      for (const key in pod) {
        for (const selector of byLabel.get(key)?.get(pod[key]) ?? []) {
          if (open.has(selector) && matches(pod, selector.labels)) open.delete(selector);
        }
      }
    }
    return [...open];
  }
}

/** Whether a pod has all these labels. */
export function matches(pod: Fields, labels: Fields): boolean {
  for (const key in labels) if (pod[key] !== labels[key]) return false;
  return true;
}

/** Each selector under the one of its labels that the fewest selectors ask for. */
function indexByRarestLabel<Selector extends { readonly labels: Fields }>(
  selectors: Iterable<Selector>,
): Map<string, Map<unknown, Selector[]>> {
  const counts = new Map<string, Map<unknown, number>>();
  const list = [...selectors];
  const countOf = (key: string, value: unknown) => counts.get(key)?.get(value) ?? 0;
  for (const { labels } of list) {
    for (const [key, value] of Object.entries(labels)) {
      const values = counts.get(key) ?? new Map<unknown, number>();
      counts.set(key, values.set(value, countOf(key, value) + 1));
    }
  }
  const index = new Map<string, Map<unknown, Selector[]>>();
  for (const selector of list) {
    const [rarest] = Object.entries(selector.labels).toSorted(([a, x], [b, y]) => countOf(a, x) - countOf(b, y));
    if (rarest === undefined) continue;
    const [key, value] = rarest;
    const values = index.get(key) ?? new Map<unknown, Selector[]>();
    index.set(key, values);
    const same = values.get(value);
    if (same === undefined) values.set(value, [selector]);
    else same.push(selector);
  }
  return index;
}

/** How many things were done in a second, and how long each took, in milliseconds. */
export interface Slice {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

/** The value below which this part of all is; the nearest that was measured. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Lets so many callers do something again and again until the time is over.
 *
 * @param once does it one time and answers how long the part took that is to be known, in milliseconds; undefined if nothing was done
 */
export async function slice(callers: number, milliseconds: number, once: (caller: number) => Promise<number | undefined>): Promise<Slice> {
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + milliseconds;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() < end) {
        const latency = await once(caller);
        if (latency !== undefined) latencies.push(latency);
      }
    }),
  );
  return { perSecond: (latencies.length * 1000) / (performance.now() - begin), latencies };
}

/** Slices of the same in one. */
export function together(slices: readonly Slice[]): Slice {
  return { perSecond: median(slices.map(({ perSecond }) => perSecond)), latencies: slices.flatMap(({ latencies }) => latencies) };
}

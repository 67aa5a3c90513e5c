/** One thing that has to hold, measured. */
export interface GateResult {
  readonly gate: string;
  /** The number with its unit. */
  readonly measured: string;
  readonly limit: string;
  readonly verdict: 'pass' | 'pass, within tolerance' | 'MISS';
  /** What the number was made from. */
  readonly from: string;
}

/** How much a ratio may be above its limit: that much the same program differs between two runs on a shared machine. */
const TOLERANCE = 1.2;

/** A number that has a limit. */
export interface Limited {
  readonly gate: string;
  readonly limit: number;
  readonly unit: string;
  /**
   * Digits after the point.
   *
   * @default 2
   */
  readonly digits?: number;
  /**
   * Whether the number is a ratio of two measurements, and therefore has a tolerance.
   *
   * @default false
   */
  readonly ratio?: boolean;
  /** Measures once. */
  readonly measure: () => Measured;
}

/** A number and where it comes from. */
export interface Measured {
  readonly value: number;
  readonly from: string;
}

/** Measures, and when the number is above its limit measures once more: only two misses in a row count. */
export function upTo(limited: Limited): GateResult {
  return judge(limited, '≤', (value) => value / limited.limit);
}

/** As `upTo`, for a number that must not be below its limit. */
export function atLeast(limited: Limited): GateResult {
  return judge(limited, '≥', (value) => limited.limit / value);
}

/** @param excess how many times worse than the limit a number is */
function judge(
  { gate, limit, unit, digits = 2, ratio = false, measure }: Limited,
  sign: string,
  excess: (value: number) => number,
): GateResult {
  let best = measure();
  if (excess(best.value) > 1) {
    const second = measure();
    if (excess(second.value) < excess(best.value)) best = second;
  }
  const times = excess(best.value);
  const verdict = times <= 1 ? 'pass' : ratio && times <= TOLERANCE ? 'pass, within tolerance' : 'MISS';
  return { gate, measured: `${best.value.toFixed(digits)} ${unit}`, limit: `${sign} ${limit} ${unit}`, verdict, from: best.from };
}

/** Something that holds or does not. */
export function holds(gate: string, wanted: string, found: string): GateResult {
  return { gate, measured: found, limit: wanted, verdict: found === wanted ? 'pass' : 'MISS', from: '' };
}

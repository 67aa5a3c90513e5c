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

/** A number that must not be above its limit. */
export interface UpperLimit {
  readonly gate: string;
  readonly limit: number;
  readonly unit: string;
  /** Digits after the point. */
  readonly digits?: number;
  /** Whether the number is a ratio of two measurements, and therefore has a tolerance. */
  readonly ratio?: boolean;
  /** Measures once. */
  readonly measure: () => Measured;
}

/** A number and where it comes from. */
export interface Measured {
  readonly value: number;
  readonly from: string;
}

/** Measures, and when it misses measures once more: only two misses in a row count. */
export function upTo({ gate, limit, unit, digits = 2, ratio = false, measure }: UpperLimit): GateResult {
  let measured = measure();
  if (measured.value > limit) measured = better(measured, measure());
  const { value, from } = measured;
  const allowed = ratio ? limit * TOLERANCE : limit;
  const verdict = value <= limit ? 'pass' : value <= allowed ? 'pass, within tolerance' : 'MISS';
  return { gate, measured: `${value.toFixed(digits)} ${unit}`, limit: `≤ ${limit} ${unit}`, verdict, from };
}

/** Something that holds or does not. */
export function holds(gate: string, wanted: string, found: string): GateResult {
  return { gate, measured: found, limit: wanted, verdict: found === wanted ? 'pass' : 'MISS', from: '' };
}

function better(first: Measured, second: Measured): Measured {
  return first.value <= second.value ? first : second;
}

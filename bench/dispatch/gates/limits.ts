import type { GateResult, Limited, Measured } from '../../gate.ts';

/** What is promised on each database; times in milliseconds. */
export const LIMITS = {
  PostgreSQL: { tasks: 2000, ofNoOp: 0.1, claimMs: 15, ofPlain: 1.2, memoryMb: 150, readyMs: 1000 },
  PGlite: { tasks: 1500, ofNoOp: 0.08, claimMs: 20, ofPlain: 0.7, memoryMb: 600, readyMs: 3000 },
} as const;

/** What is promised on both. */
export const LIMITS_OF_BOTH = {
  wakeMs: 50,
  childMs: 15,
  beats: 20_000,
  backlog: 2,
  readers: 10_000,
  readersMb: 300,
  fanOutMs: 1000,
} as const;

/** Judges what has been measured already: one run measures for several gates. */
export function judged(judge: (limited: Limited) => GateResult, limited: Omit<Limited, 'measure'>, measured: Measured): GateResult {
  return judge({ ...limited, measure: () => measured });
}

/** Milliseconds as they are told. */
export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}

/** A count as it is told. */
export function whole(count: number): string {
  return Math.round(count).toString();
}

/** What the controller promises, in the words in which a broken promise is told. */
export const PROMISES = [
  'lost',
  'completed twice',
  'scheduled twice',
  'claimed twice',
  'stale fences accepted',
  'leases ended early',
  'out of order',
  'over budget',
  'over quota',
  'attempts too many',
  'answers changed',
  'not released',
  'stuck',
  'internal errors',
  '503 without Retry-After',
  'back too late',
  'ended by itself',
] as const;

/** A promise of the controller. */
export type Promised = (typeof PROMISES)[number];

/** Something that breaks a promise. */
export interface Breach {
  readonly promise: Promised;
  /** The task or call, and what is wrong with it. */
  readonly what: string;
}

/** How many callers are remembered; who called least lately is forgotten, and has a full allowance again. */
const CALLERS = 10_000;

/** Lets each caller do so many things a second, and twice as many at once after a rest. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #left = new Map<string, { readonly count: number; readonly at: number }>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes one from the caller's allowance. @returns seconds until there is one; 0 if there was */
  take(caller: string, now = performance.now()): number {
    const most = 2 * this.#perSecond;
    const before = this.#left.get(caller) ?? { count: most, at: now };
    const count = Math.min(most, before.count + ((now - before.at) / 1000) * this.#perSecond);
    this.#left.delete(caller);
    this.#left.set(caller, { count: count < 1 ? count : count - 1, at: now });
    const [oldest] = this.#left.keys();
    if (this.#left.size > CALLERS && oldest !== undefined) this.#left.delete(oldest);
    return count < 1 ? (1 - count) / this.#perSecond : 0;
  }
}

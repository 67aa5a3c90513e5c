import { setImmediate } from 'node:timers/promises';
import { bounded, TookTooLong } from './bounded.ts';

/** How long one thought may take, in milliseconds. */
const THINK_MS = 100;

/** How many that took longer are borne in how long a time, and how long there are then none, in milliseconds. */
const TIMES = 3;
const REST_MS = 60_000;

/** Lets others think, each only so long, and so that everything else goes on meanwhile. Who takes too long too often rests. */
export class Patience {
  readonly #late = new Map<string, number[]>();
  #turn: Promise<void> = Promise.resolve();

  /**
   * What a function without side effects answers.
   *
   * @param name who thinks
   * @throws Error that it took longer than a moment, or did so too often before, or what the function throws
   */
  async think<Answer>(name: string, run: () => Answer): Promise<Answer> {
    this.#refuse(name);
    // One in each turn of the event loop.
    await (this.#turn = this.#turn.then(async () => setImmediate()));
    // It may have waited behind its like.
    this.#refuse(name);
    try {
      return bounded(run, THINK_MS);
    } catch (error) {
      if (error instanceof TookTooLong) this.#late.set(name, [...(this.#late.get(name) ?? []), performance.now()].slice(-TIMES));
      throw error;
    }
  }

  #refuse(name: string): void {
    const late = this.#late.get(name) ?? [];
    const [first = 0, last = 0] = [late[0], late.at(-1)];
    if (late.length < TIMES || last - first >= REST_MS || performance.now() - last >= REST_MS) return;
    throw new Error(`It took too long ${TIMES} times in a minute, and rests for a minute`);
  }
}

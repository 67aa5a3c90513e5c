import { EventEmitter, once } from 'node:events';
import type { Fence } from '../../controller/contract/wire/index.ts';

/** What all workers and producers know together, so that each can come at the worst moment for the others. */
export class Board {
  /** Ends the producers, then the workers. */
  readonly producing = new AbortController();
  readonly working = new AbortController();
  /** Plain tasks that were acknowledged and have not ended. */
  readonly open = new Set<string>();
  /** How many ends were acknowledged. */
  ends = 0;
  readonly #attempts = new Map<string, number>();
  readonly #claims = new EventEmitter().setMaxListeners(0);

  /** A worker got a task. */
  claimed({ task, attempt }: Fence): void {
    this.#attempts.set(task, Math.max(attempt, this.#attempts.get(task) ?? 0));
    this.#claims.emit(task);
  }

  /** A task ended. */
  ended(task: string): void {
    this.ends += 1;
    this.open.delete(task);
  }

  /** Waits until another attempt holds the task, at most so long. */
  async untilTaken({ task, attempt }: Fence, milliseconds: number): Promise<void> {
    if ((this.#attempts.get(task) ?? 0) > attempt) return;
    await once(this.#claims, task, { signal: AbortSignal.timeout(milliseconds) }).catch(() => undefined);
  }
}

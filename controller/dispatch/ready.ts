import type { Store } from './store.ts';

/** How often somebody who waits looks again without having been told, in milliseconds, give or take a fifth: announcements can be lost. */
const LOOK_AGAIN_MS = 1000;

/** Lets callers wait until there is work for an address. */
export class Ready {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Hears of work that any replica admits. */
  static async listen(store: Store): Promise<{ readonly ready: Ready; readonly end: () => Promise<void> }> {
    const ready = new Ready();
    const end = await store.listen('fleetwright_ready', (payload) => ready.#tell(payload.split(',')));
    return { ready, end };
  }

  /**
   * Looks until there is something, or the time is over, or the caller has gone.
   *
   * @param look answers a list, empty if there is nothing
   * @param milliseconds how long to wait at most
   */
  async until<T>(addresses: readonly string[], look: () => Promise<T[]>, milliseconds: number, gone?: AbortSignal): Promise<T[]> {
    const end = performance.now() + milliseconds;
    for (;;) {
      const left = end - performance.now();
      // Waiting begins before looking, so that what comes in between is not missed.
      const wait = new Wait(this.#waiting, addresses);
      try {
        // One look after the other.
        const found = await look();
        if (found.length > 0 || left <= 0 || gone?.aborted === true) return found;
        await wait.over(Math.min(left, LOOK_AGAIN_MS * (0.8 + 0.4 * Math.random())), gone);
      } finally {
        wait.end();
      }
    }
  }

  #tell(addresses: readonly string[]): void {
    for (const address of addresses) for (const wake of this.#waiting.get(address) ?? []) wake();
  }
}

class Wait {
  readonly #map: Map<string, Set<() => void>>;
  readonly #addresses: readonly string[];
  readonly #told = Promise.withResolvers<undefined>();
  readonly #wake = () => this.#told.resolve(undefined);

  constructor(map: Map<string, Set<() => void>>, addresses: readonly string[]) {
    this.#map = map;
    this.#addresses = addresses;
    for (const address of addresses) map.set(address, (map.get(address) ?? new Set()).add(this.#wake));
  }

  async over(milliseconds: number, gone?: AbortSignal): Promise<void> {
    const timer = setTimeout(this.#wake, milliseconds);
    gone?.addEventListener('abort', this.#wake, { once: true });
    await this.#told.promise;
    gone?.removeEventListener('abort', this.#wake);
    clearTimeout(timer);
  }

  end(): void {
    for (const address of this.#addresses) {
      const set = this.#map.get(address);
      set?.delete(this.#wake);
      if (set?.size === 0) this.#map.delete(address);
    }
  }
}

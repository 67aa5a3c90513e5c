import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../contract/wire/index.ts';
import { runSchedules } from './cron.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Store } from './store.ts';

/** Options of `startBackground`. */
export interface BackgroundOptions {
  readonly dispatcher: Dispatcher;

  /** Whose schedules are run. */
  readonly fleet: Fleet;

  /**
   * How long tasks are kept after their end, with their logs and events, in days.
   *
   * @default 30
   */
  readonly keepDays?: number;

  /** Hears what went wrong; the work goes on at the next turn. */
  readonly onError: (error: unknown) => void;
}

/** How much one statement does at most, so that none takes long. */
const PIECE = 100;
const TURN_MS = 1000;
/** How long a leader leads without saying so again, in seconds. */
const TERM_SECONDS = 5;
const TURNS_BETWEEN_CLEANING = 60;
const DAY_MS = 86_400_000;
const BUSY_TABLES = ['task', 'queue', 'lease', 'event', 'log'];

/**
 * Works once a second: what time has made due on every replica, as each piece of that is done once whoever does it; schedules and cleaning on the one
 * that leads.
 *
 * @returns a function that ends it, and waits for the turn that is under way
 */
export function startBackground({ dispatcher, fleet, keepDays = 30, onError }: BackgroundOptions): () => Promise<void> {
  const { store } = dispatcher;
  const holder = randomUUID();
  const stop = new AbortController();

  async function turn(count: number): Promise<void> {
    await doDueWork(store);
    const term = await store.call<number | string | null>('take_lead', ['background', holder, TERM_SECONDS]);
    if (term === null) return;
    await runSchedules(dispatcher, fleet);
    if (count % TURNS_BETWEEN_CLEANING !== 0) return;
    await prune(store, keepDays);
    await refreshStatistics(store);
  }

  async function work(): Promise<void> {
    for (let count = 1; !stop.signal.aborted; count += 1) {
      // One turn after the other.
      await turn(count).catch(onError);
      await sleep(TURN_MS * (0.9 + 0.2 * Math.random()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const working = work();
  return async () => {
    stop.abort();
    await working;
  };
}

/** Ends attempts whose lease is over, wakes tasks, closes unanswered questions, begins new budget windows. */
export async function doDueWork(store: Store): Promise<void> {
  await drain(async () => store.call<number>('expire', [PIECE]));
  await drain(async () => store.call<number>('wake', [PIECE]));
  await store.call('readmit', []);
}

/** Forgets tasks, with their logs and events, that ended so many days ago. @returns how many */
export async function prune(store: Store, days: number): Promise<number> {
  let forgotten = 0;
  await drain(async () => {
    const count = await store.call<number>('prune', [`${days * DAY_MS} milliseconds`, PIECE]);
    forgotten += count;
    return count;
  });
  return forgotten;
}

/** An embedded database does not clean up by itself. */
async function refreshStatistics(store: Store): Promise<void> {
  if (store.kind !== 'pglite') return;
  for (const table of BUSY_TABLES) {
    // Each stops everything else while it lasts.
    await store.read(`vacuum (analyze) ${table}`, []);
  }
}

async function drain(step: () => Promise<number>): Promise<void> {
  // Piece by piece.
  while ((await step()) >= PIECE);
}

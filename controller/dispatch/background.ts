import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../contract/wire/index.ts';
import { runSchedules } from './cron.ts';
import type { Dispatcher } from './dispatcher.ts';
import { isTermOver, type Store, type Term } from './store.ts';

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

/** What is kept of each org at most, besides what is open. */
const KEPT = { tasks: 100_000, events: 1_000_000, logBytes: 1024 ** 3 } as const;

/** What ended so lately stays, however much there is: workers may still repeat a report. */
const FRESH = '1 hour';

type Kept = Readonly<Record<keyof typeof KEPT, number>>;

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
 * that leads, and only as long as it does.
 *
 * @returns a function that ends it, and waits for the turn that is under way
 */
export function startBackground({ dispatcher, fleet, keepDays = 30, onError }: BackgroundOptions): () => Promise<void> {
  const { store } = dispatcher;
  // The first two are for people.
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const stop = new AbortController();

  async function turn(count: number): Promise<void> {
    await doDueWork(store);
    const term = await takeLead(store, holder);
    if (term === undefined) return;
    const leading = dispatcher.under(term);
    await runSchedules(leading, fleet);
    if (count % TURNS_BETWEEN_CLEANING !== 0) return;
    await prune(leading.store, keepDays);
    await pruneToSize(leading.store);
    await refreshStatistics(store);
  }

  async function work(): Promise<void> {
    for (let count = 1; !stop.signal.aborted; count += 1) {
      // One turn after the other.
      await turn(count).catch((error: unknown) => (isTermOver(error) ? undefined : onError(error)));
      await sleep(TURN_MS * (0.9 + 0.2 * Math.random()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const working = work();
  return async () => {
    stop.abort();
    await working;
  };
}

/** Ends attempts whose lease is over, wakes tasks, closes unanswered questions, tells people, begins new budget windows. */
export async function doDueWork(store: Store): Promise<void> {
  await drain(async () => store.call<number>('expire', [PIECE]));
  await drain(async () => store.call<number>('wake', [PIECE]));
  await drain(async () => store.call<number>('watch_leases', [PIECE]));
  await drain(async () => store.call<number>('watch_approvals', [PIECE]));
  await store.call('readmit', []);
}

/** Leads from now on, if nobody else does. */
export async function takeLead(store: Store, holder: string): Promise<Term | undefined> {
  const number = await store.call<number | string | null>('take_lead', ['background', holder, TERM_SECONDS]);
  return number === null ? undefined : { name: 'background', number: Number(number) };
}

/** Forgets the oldest of what there is too much of: ended tasks, or only their logs. */
export async function pruneToSize(store: Store, { tasks, events, logBytes }: Kept = KEPT, fresh: string = FRESH): Promise<void> {
  await drain(async () => store.call<number>('prune_tasks', [tasks, events, fresh, PIECE]));
  await drain(async () => store.call<number>('prune_logs', [logBytes, fresh, PIECE]));
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

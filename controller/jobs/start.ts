import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../contract/wire/index.ts';
import type { Dispatcher } from '../dispatch/index.ts';
import type { Kubernetes } from './kubernetes.ts';
import { Pools } from './pools.ts';
import { type JobsContext, OrgJobs } from './reconcile.ts';

const TURN_MS = 1000;

/** How long a leader leads without saying so again, in seconds. */
const TERM_SECONDS = 5;

/** The longest pause after failures, in milliseconds: shorter than the lead. */
const LONGEST_PAUSE_MS = 4000;

/** How often the same trouble is told, in milliseconds. */
const TELL_AGAIN_MS = 60_000;

/** Options of `startJobs`. */
export interface JobsOptions {
  readonly dispatcher: Dispatcher;
  readonly fleet: Fleet;
  readonly kubernetes: Kubernetes;
  /** Hears what went wrong; the work goes on at the next turn. */
  readonly onError: (error: unknown) => void;
}

/**
 * Makes Kubernetes do what the queue says, once a second, on the replica that leads: a Job for each admitted task of an agent that runs as Jobs, as
 * many workers in each pool as it needs. Two that both think they lead do no harm, as names are the same for the same attempt.
 *
 * @returns a function that ends it, and waits for the turn that is under way; Jobs go on
 */
export function startJobs(options: JobsOptions): () => Promise<void> {
  const { store } = options.dispatcher;
  const context: JobsContext = { store, kubernetes: options.kubernetes, onError: seldom(options.onError) };
  // The others keep their mirrors too, so that they can go on at once.
  const orgs = Object.entries(options.fleet.orgs).flatMap(([org, { agents, namespace }]) => {
    // Without one, there is nothing to see to: Jobs go with their templates.
    const hasJobs = Object.values(agents).some(({ mode }) => mode === 'job');
    return hasJobs && namespace !== undefined ? [new OrgJobs(context, { org, namespace, agents })] : [];
  });
  const pools = new Pools(context, options.fleet);
  const holder = randomUUID();
  const stop = new AbortController();

  async function turn(): Promise<boolean> {
    const term = await store.call<number | string | null>('take_lead', ['jobs', holder, TERM_SECONDS]);
    if (term === null) return true;
    const ends = await Promise.allSettled([...orgs, pools].map(async (duty) => duty.turn()));
    for (const end of ends) if (end.status === 'rejected') context.onError(end.reason);
    return ends.every(({ status }) => status === 'fulfilled');
  }

  async function work(): Promise<void> {
    let pause = TURN_MS;
    while (!stop.signal.aborted) {
      // One turn after the other.
      const fine = await turn().catch((error: unknown) => (context.onError(error), false));
      pause = fine ? TURN_MS : Math.min(LONGEST_PAUSE_MS, pause * 2);
      await sleep(pause * (0.9 + 0.2 * Math.random()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
    await Promise.all(orgs.map(async (org) => org.end()));
  }

  const working = work();
  return async () => {
    stop.abort();
    await working;
  };
}

/** Tells the same trouble once in a while only: it is met again at each turn. */
function seldom(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    for (const [text, at] of told) if (now - at > TELL_AGAIN_MS) told.delete(text);
    const text = String(error);
    if (told.has(text)) return;
    told.set(text, now);
    tell(error);
  };
}

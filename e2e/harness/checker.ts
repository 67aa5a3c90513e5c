import type { TaskEvent } from '../../controller/contract/wire/index.ts';
import type { FinalState } from './final-state.ts';
import { type Call, callsOf } from './history.ts';
import { type Breach, type Promised, PROMISES } from './promises.ts';
import { checkAnswers } from './rules/answers.ts';
import { checkEnds } from './rules/ends.ts';
import { checkFences } from './rules/fences.ts';
import { checkLimits } from './rules/limits.ts';
import { checkOrder } from './rules/order.ts';

/** What a history shows. */
export interface Verdict {
  readonly breaches: readonly Breach[];
  /** Tasks that the controller acknowledged. */
  readonly acknowledged: number;
  /** Tasks that have ended. */
  readonly ended: number;
  /** Claims of a task that had been claimed before. */
  readonly reExecuted: number;
  /** Reports and heartbeats with a stale fence, which were refused. */
  readonly fenced: number;
  /** Reports that were made again and got the same answer. */
  readonly replayed: number;
  /** Calls whose outcome their caller never learned. */
  readonly unknown: number;
}

/** Judges what was asked and answered, beside what the controller says at the end. It looks at nothing else. */
export function judge(calls: readonly Call[], told: FinalState): Verdict {
  const final = { ...told, events: told.events.toSorted((a, b) => numberOf(a) - numberOf(b)) };
  const breaches = [checkEnds, checkFences, checkOrder, checkLimits, checkAnswers].flatMap((check) => check(calls, final));
  const answers = [...callsOf(calls, 'complete'), ...callsOf(calls, 'heartbeat')].flatMap(({ outcome }) =>
    outcome.type === 'ok' ? [outcome.answer.outcome] : [],
  );
  const scheduled = callsOf(calls, 'schedule').flatMap(({ outcome }) => (outcome.type === 'ok' ? outcome.answer : []));
  return {
    breaches,
    acknowledged: new Set(scheduled.map(({ task }) => task)).size,
    ended: final.tasks.filter(({ state }) => ENDED.has(state)).length,
    reExecuted: final.events.filter(({ kind, attempt }) => kind === 'claimed' && attempt > 1).length,
    fenced: answers.filter((outcome) => outcome === 'stale').length,
    replayed: answers.filter((outcome) => outcome === 'replayed').length,
    unknown: calls.filter(({ outcome }) => outcome.type === 'unknown').length,
  };
}

/**
 * Events are numbered when they are written, so an effect has a larger number than its cause. Of their transactions that is not so: a claim
 * may take what another transaction, which began later, has made room for.
 */
function numberOf({ id }: TaskEvent): number {
  return Number(id.split('-')[1]);
}

/** The verdict in one line: the figures, each promise that was broken, and PASS or FAIL. */
export function describeVerdict({ breaches, acknowledged, ended, reExecuted, fenced, replayed, unknown }: Verdict): string {
  const counts = PROMISES.map((promise) => ({ promise, count: breaches.filter((breach) => breach.promise === promise).length }));
  const told = counts
    .filter(({ promise, count }) => count > 0 || ALWAYS_TOLD.has(promise))
    .map(({ promise, count }) => `${count} ${promise}`);
  const figures = `${acknowledged} acknowledged, ${ended} ended`;
  const work = `${reExecuted} executed again, ${fenced} fenced, ${replayed} replayed, ${unknown} unknown`;
  return `${breaches.length === 0 ? 'PASS' : 'FAIL'}: ${figures}; ${told.join(', ')}; ${work}`;
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'dead']);

const ALWAYS_TOLD: ReadonlySet<string> = new Set<Promised>([
  'lost',
  'completed twice',
  'stale fences accepted',
  'out of order',
  'over budget',
  'stuck',
]);

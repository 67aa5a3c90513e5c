import type { FinalState } from '../final-state.ts';
import { type Call, callsOf } from '../history.ts';
import type { Breach } from '../promises.ts';

/** Events after which a task has ended, by what `data.state` says. */
const ENDED: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'cancelled', 'dead']);

/** What was acknowledged is there, ended as was said, and ended once. */
export function checkEnds(calls: readonly Call[], { tasks, events }: FinalState): Breach[] {
  const states = new Map<string, string>(tasks.map(({ id, state }) => [id, state]));
  const breaches: Breach[] = [];
  const scheduled = callsOf(calls, 'schedule').flatMap(({ outcome }) => (outcome.type === 'ok' ? outcome.answer : []));
  for (const task of new Set(scheduled.map((each) => each.task)))
    if (!states.has(task)) breaches.push({ promise: 'lost', what: `task ${task} was acknowledged and is not there` });

  for (const { asked, outcome } of callsOf(calls, 'complete')) {
    if (outcome.type !== 'ok' || outcome.answer.outcome === 'stale' || !ENDED.has(outcome.answer.state)) continue;
    const { task } = asked.fence;
    const [told, found] = [outcome.answer.state, states.get(task) ?? 'not there'];
    if (told !== found) breaches.push({ promise: 'lost', what: `task ${task} was acknowledged as ${told} and is ${found}` });
  }
  for (const { asked, outcome } of callsOf(calls, 'cancel')) {
    const state = states.get(asked.task);
    if (outcome.type === 'ok' && outcome.answer.ended > 0 && state !== 'cancelled')
      breaches.push({ promise: 'lost', what: `task ${asked.task} was acknowledged as cancelled and is ${state ?? 'not there'}` });
  }
  for (const [id, state] of states) if (!ENDED.has(state)) breaches.push({ promise: 'stuck', what: `task ${id} is still ${state}` });
  return [...breaches, ...checkTwice(calls, events)];
}

function checkTwice(calls: readonly Call[], events: FinalState['events']): Breach[] {
  const breaches: Breach[] = [];
  const ofAttempts = events
    .filter(({ kind }) => kind === 'ended' || kind === 'expired')
    .map(({ task, attempt }) => `${task} attempt ${attempt}`);
  for (const what of repeated(ofAttempts)) breaches.push({ promise: 'completed twice', what: `task ${what} ended twice` });
  const ofTasks = events
    .filter(({ kind, data }) => ENDINGS.has(kind) && ENDED.has((data as { state?: unknown }).state))
    .map(({ task }) => task);
  for (const task of repeated(ofTasks)) breaches.push({ promise: 'completed twice', what: `task ${task} came to an end twice` });
  const recorded = callsOf(calls, 'complete').filter(({ outcome }) => outcome.type === 'ok' && outcome.answer.outcome === 'recorded');
  for (const token of repeated(recorded.map(({ asked }) => `${asked.fence.task} with token ${asked.fence.token}`)))
    breaches.push({ promise: 'completed twice', what: `the end of task ${token} was recorded twice` });
  return breaches;
}

const ENDINGS: ReadonlySet<string> = new Set(['ended', 'expired', 'cancelled']);

/** What stands more than once in a list. */
export function repeated(items: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}

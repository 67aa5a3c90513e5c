import type { FinalState } from '../final-state.ts';
import { type Call, callsOf } from '../history.ts';
import type { Breach } from '../promises.ts';

/** The same question gets the same answer, and trouble is told as it should be. */
export function checkAnswers(calls: readonly Call[], { tasks }: FinalState): Breach[] {
  const breaches: Breach[] = [];
  const byKey = Map.groupBy(tasks, ({ title }) => title);
  for (const [title, same] of byKey)
    if (same.length > 1) breaches.push({ promise: 'scheduled twice', what: `'${title}' is ${same.length} tasks` });

  const states = new Map<string, string>();
  for (const { asked, outcome } of callsOf(calls, 'complete')) {
    if (outcome.type !== 'ok' || outcome.answer.outcome === 'stale') continue;
    const { token, task } = asked.fence;
    const before = states.get(token) ?? outcome.answer.state;
    states.set(token, before);
    if (before !== outcome.answer.state)
      breaches.push({
        promise: 'answers changed',
        what: `the same report of task ${task} was answered ${before}, then ${outcome.answer.state}`,
      });
  }
  for (const { op, outcome } of calls) {
    if (outcome.type === 'fail' && outcome.status >= 500)
      breaches.push({ promise: 'internal errors', what: `${op} was answered ${outcome.status} ${outcome.code}` });
    if (outcome.type === 'unknown' && outcome.status === 503 && outcome.retryAfter !== true)
      breaches.push({ promise: '503 without Retry-After', what: op });
  }
  return breaches;
}

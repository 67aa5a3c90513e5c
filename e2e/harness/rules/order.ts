import type { FinalState } from '../final-state.ts';
import { type Call, callsOf } from '../history.ts';
import type { Breach } from '../promises.ts';

/** What a task needs has succeeded before it is claimed. */
export function checkOrder(calls: readonly Call[], { tasks, events }: FinalState): Breach[] {
  const ids = new Map(tasks.flatMap(({ id, key }) => (key === undefined ? [] : [[key, id] as const])));
  const claimed = new Map<string, number>();
  const succeeded = new Map<string, number>();
  for (const [at, { kind, task, data }] of events.entries()) {
    if (kind === 'claimed' && !claimed.has(task)) claimed.set(task, at);
    if (kind === 'ended' && (data as { state?: string }).state === 'succeeded' && !succeeded.has(task)) succeeded.set(task, at);
  }
  const needs = new Map<string, string[]>();
  for (const { asked } of callsOf(calls, 'schedule'))
    for (const task of asked)
      if (task.key !== undefined)
        needs.set(
          ids.get(task.key) ?? '',
          (task.needs ?? []).map((need) => ids.get(need.task) ?? need.task),
        );

  return [...needs].flatMap(([task, needed]) => {
    const begin = claimed.get(task);
    if (begin === undefined) return [];
    const early = needed.find((id) => (succeeded.get(id) ?? Infinity) > begin);
    return early === undefined
      ? []
      : [{ promise: 'out of order' as const, what: `task ${task} was claimed before ${early} had succeeded` }];
  });
}

import type { TaskState } from '../contract/wire/index.ts';

/**
 * The life of a task. Each arrow is one function in `sql/`, called once, in one transaction.
 *
 *   (new) ──schedule──▶ queued                  nothing stands in its way
 *         ──schedule──▶ waiting                 for needs, a time, or its turn among siblings
 *   waiting ──settle_ends, wake, signal, answer──▶ queued      what it waited for has come
 *   waiting ──settle_ends──▶ cancelled          something it needs did not succeed
 *   queued  ──admit──▶ queued, and ready        org and agent have a slot and the money for it, which it now holds
 *   queued  ──rest──▶ paused ──rest──▶ queued   a person's wish
 *   queued  ──claim──▶ claimed                  ready tasks only; mints the fence
 *   claimed ──start──▶ running                  the program begins
 *   claimed, running ──rest──▶ paused           keeps its lease; the worker is asked to rest
 *   claimed, running, paused, with the current fence:
 *     ──complete──▶ succeeded | failed          recorded once; slot and money are given back
 *     ──complete──▶ waiting                     for answers, an event or a time, or for the backoff before another attempt
 *     ──wait_for_tasks──▶ waiting               for the end of tasks below it
 *     ──complete──▶ queued                      returned unused
 *     ──complete, expire──▶ dead                failed or lost, and no attempt is left; people are told once
 *     ──expire──▶ waiting                       the lease is over: backoff, then another attempt
 *     ──answer──▶ queued                        people, told of trouble, want it begun anew
 *   any that has not ended ──cancel──▶ cancelled, with all tasks below it
 *   failed, dead, cancelled ──retry──▶ queued or waiting   a person's wish; with what ended because of it
 *
 * A stale fence moves nothing, and nothing but a person's wish leaves an ended state.
 */
const NEXT: Readonly<Record<TaskState, readonly TaskState[]>> = {
  waiting: ['queued', 'waiting', 'cancelled'],
  queued: ['claimed', 'paused', 'queued', 'cancelled'],
  paused: ['queued', 'claimed', 'running', 'succeeded', 'failed', 'waiting', 'dead', 'cancelled'],
  claimed: ['running', 'paused', 'succeeded', 'failed', 'waiting', 'queued', 'dead', 'cancelled'],
  running: ['paused', 'succeeded', 'failed', 'waiting', 'queued', 'dead', 'cancelled'],
  succeeded: [],
  failed: ['queued', 'waiting'],
  cancelled: ['queued', 'waiting'],
  dead: ['queued', 'waiting'],
};

const ENDED: ReadonlySet<TaskState> = new Set(['succeeded', 'failed', 'cancelled', 'dead']);

/** Whether a task may be seen in one state and at the next look in the other, with nothing in between. */
export function mayFollow(from: TaskState, to: TaskState): boolean {
  return NEXT[from].includes(to);
}

/** Whether a task in this state has ended. */
export function hasEnded(state: TaskState): boolean {
  return ENDED.has(state);
}

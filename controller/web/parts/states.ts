import type { TaskState } from '../../contract/wire/index.ts';

/** How a state looks. */
export interface StateLook {
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'busy' | 'calm';

  /** What its sign holds: nothing, a tick, a cross, a bar, two bars, a part of the ring. */
  readonly sign: 'open' | 'tick' | 'cross' | 'dash' | 'pause' | 'part';
}

/** All states, as people read them, in the order of a task's life. */
export const STATES: Readonly<Record<TaskState, StateLook>> = {
  waiting: { label: 'Waiting', tone: 'calm', sign: 'open' },
  queued: { label: 'Queued', tone: 'calm', sign: 'dash' },
  paused: { label: 'Paused', tone: 'warn', sign: 'pause' },
  claimed: { label: 'Claimed', tone: 'busy', sign: 'open' },
  running: { label: 'Running', tone: 'busy', sign: 'part' },
  succeeded: { label: 'Succeeded', tone: 'good', sign: 'tick' },
  failed: { label: 'Failed', tone: 'bad', sign: 'cross' },
  cancelled: { label: 'Cancelled', tone: 'calm', sign: 'cross' },
  dead: { label: 'Gave up', tone: 'bad', sign: 'dash' },
};

/** What a waiting task waits for, as people read it. Newer controllers may have others. */
const WAITS: Readonly<Record<string, string>> = {
  needs: 'other tasks',
  time: 'its time',
  backoff: 'the next attempt',
  siblings: 'its turn',
  question: 'an answer',
  event: 'an event',
  tasks: 'its sub-tasks',
};

/** Whether the state is one that nothing leaves by itself. */
export function hasEnded(state: TaskState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'dead';
}

/** What a task waits for, in words. */
export function waitsForWords(reason: string): string {
  return WAITS[reason] ?? reason;
}

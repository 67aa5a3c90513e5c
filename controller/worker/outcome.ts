import type { Completion, Usage } from '../contract/wire/index.ts';
import type { ProgramEnd } from './agent-process.ts';
import type { Found } from './result.ts';

/** Exit code with which a program says that it is to be called again later: `EX_TEMPFAIL`. @see https://man.openbsd.org/sysexits */
export const CALL_AGAIN = 75;

/** Longest reason, in characters. */
const REASON = 1000;

type Report = Completion extends infer Each ? (Each extends Completion ? Omit<Each, 'fence'> : never) : never;

/** What the agent has said about its end. */
export interface Said {
  result?: Found;
  usage?: readonly Usage[];
  session?: string;
  /** What it wants to be waited for. */
  wait?: Extract<Completion, { outcome: 'waiting' }>['wait'];
}

/** Why the worker has stopped the program. */
export type Stopped = 'drained' | 'over-budget' | 'rounds-used-up' | 'silent' | 'stale';

/** All that is known at the end of a program. */
export interface Ending {
  readonly end: ProgramEnd;
  readonly said: Said;
  readonly stopped: Stopped | undefined;
  /** The last line that it printed to standard error. */
  readonly lastWords: string;
}

/**
 * What is reported about the end of a program.
 *
 *   stopped, as the task cost too much                  failed
 *   not started again, as it had all its rounds         failed
 *   stopped by the worker, without exit 0 and a result  returned, as if never claimed
 *   exit 0                                              succeeded, with the result
 *   exit 75, having asked or named what to wait for     waiting
 *   exit 75                                             failed, another attempt
 *   other exit codes with a result                      failed: the program knows what it says
 *   other exit codes, signals, no such program          failed, another attempt
 */
export function toReport({ end, said, stopped, lastWords }: Ending): Report {
  const { session, usage, result, wait } = said;
  const common = { ...(usage === undefined ? {} : { usage: [...usage] }), ...(session === undefined ? {} : { session }) };
  const withResult = result === undefined ? {} : { result: result.value };
  if (stopped === 'over-budget')
    return { ...common, outcome: 'failed', reason: 'Stopped, as the budget of the task was used up', ...withResult };
  if (stopped === 'rounds-used-up')
    return { ...common, outcome: 'failed', reason: 'The program gave no result in all the rounds it may have' };
  if (stopped !== undefined && !(end.code === 0 && result !== undefined)) {
    return {
      ...common,
      outcome: 'returned',
      reason: stopped === 'drained' ? 'The worker was stopped' : 'The controller could not be reached',
    };
  }
  if (end.code === 0) return { ...common, outcome: 'succeeded', ...withResult };
  if (end.code === CALL_AGAIN && wait !== undefined) return { ...common, outcome: 'waiting', wait };
  const reason = clean(`${describeEnd(end)}${lastWords === '' ? '' : `: ${lastWords}`}`);
  const final = result !== undefined && end.code !== CALL_AGAIN && end.signal === undefined;
  return { ...common, outcome: 'failed', reason, ...(final ? withResult : { retry: true }) };
}

function describeEnd({ code, signal, refused }: ProgramEnd): string {
  if (refused !== undefined) return `The program could not be started: ${refused}`;
  return signal === undefined ? `The program ended with exit code ${code}` : `The program was ended by ${signal}`;
}

/** Short, and without what no database text can hold. */
function clean(text: string): string {
  return text.replaceAll('\0', '\uFFFD').slice(0, REASON).toWellFormed();
}

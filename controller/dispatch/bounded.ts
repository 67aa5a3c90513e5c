import { createContext, Script } from 'node:vm';

const PLACE: { run: () => unknown } = createContext({ run: () => undefined }) as { run: () => unknown };
const CALL = new Script('run()');

/** How often a function is run that was stopped while the machine did other things. */
const TRIES = 10;

/** Thrown in place of an answer that did not come soon enough. */
export class TookTooLong extends Error {}

/**
 * What a function without side effects answers, if it does so soon enough: wherever it is by then, even within a regular expression, it is
 * stopped. What counts is the time in which it works; should the machine be busy with something else meanwhile, it is run again.
 *
 * @param milliseconds how long it may take
 * @throws TookTooLong, or what the function throws
 */
export function bounded<Answer>(run: () => Answer, milliseconds: number): Answer {
  PLACE.run = run;
  for (let left = TRIES; ; left -= 1) {
    const before = process.cpuUsage();
    try {
      return CALL.runInContext(PLACE, { timeout: milliseconds }) as Answer;
    } catch (cause) {
      if (!isTimeout(cause)) throw cause;
      const { user, system } = process.cpuUsage(before);
      if (left === 1 || (user + system) / 1000 > milliseconds / 2)
        throw new TookTooLong(`It took longer than ${milliseconds} ms`, { cause });
    }
  }
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Victims } from './nemesis.ts';

/** From one stop of PostgreSQL to the next, in milliseconds, and how long it is away each time. */
const EVERY_MS = 5000;
const AWAY_MS = 300;

/** How soon the API works again once the database does, in milliseconds. */
export const BACK_MS = 2000;

/**
 * Stops PostgreSQL as a crash does, and starts it again, so many times.
 *
 * @param works whether the API does its work at this moment
 * @returns how long it took each time until the API worked again, in milliseconds
 */
export async function restartPostgres(
  { postgres, recorder }: Victims,
  times: number,
  works: () => Promise<boolean>,
): Promise<{ readonly backMs: number[] }> {
  const backMs: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const begin = performance.now();
    recorder.note('PostgreSQL stops');
    await postgres?.restart('SIGQUIT', AWAY_MS);
    recorder.note('PostgreSQL is back');
    const back = performance.now();
    while (!(await works())) await sleep(10);
    backMs.push(performance.now() - back);
    await sleep(Math.max(0, begin + EVERY_MS - performance.now()));
  }
  return { backMs };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { TestPostgres } from '../../controller/dispatch/testing/index.ts';
import type { Random } from '../corpus/random.ts';
import type { Board } from './board.ts';
import type { ControllerProcess } from './controller-process.ts';
import type { Recorder } from './history.ts';
import type { FaultProxy, Weather } from './proxy.ts';

/** How long to wait for these ends, in milliseconds. A controller that stands still is killed too. */
const PATIENCE_MS = 6000;

const BAD_WEATHER: readonly Weather[] = ['blackhole', 'half-open', 'delay'];

/** Of a hundred rounds, how many begin with something else than a kill. */
const OF_HUNDRED = { stop: 6, weather: 12, reset: 10, postgres: 8 } as const;

/** How far the controller's clock may be from the database's, in seconds. */
const CLOCKS = [0, 0, 3600, -3600];

/** What the nemesis works on. */
export interface Victims {
  readonly board: Board;
  /** One, or several replicas on one database. */
  readonly controllers: readonly ControllerProcess[];
  readonly proxy: FaultProxy;
  readonly postgres: TestPostgres | undefined;
  readonly recorder: Recorder;
  readonly random: Random;
}

/** How much harm to do. */
export interface Plan {
  readonly kills: number;
  /** Ends of tasks between two kills, at least: a controller that does nothing has nothing to lose. */
  readonly ends: number;
  /** When to stop, on the clock of `performance.now`. */
  readonly endMs: number;
}

/** What was done, and how fast the controller was back. */
export interface Deeds {
  kills: number;
  others: number;
  readonly startMs: number[];
}

/** Kills a controller so many times, or until the time is over, and does other harm in between. */
export async function haunt(victims: Victims, { kills, ends, endMs }: Plan): Promise<Deeds> {
  const { board, controllers, recorder, random, postgres } = victims;
  const deeds: Deeds = { kills: 0, others: 0, startMs: [] };
  while (deeds.kills < kills && performance.now() < endMs) {
    await untilEnds(board, board.ends + ends);
    deeds.others += await harm(victims);
    await sleep(random.below(60));
    const victim = random.below(controllers.length);
    recorder.note(`SIGKILL ${victim}`);
    await controllers[victim]?.kill();
    // An embedded database has no clock but the program's.
    const clock = postgres === undefined ? 0 : (random.pick(CLOCKS) ?? 0);
    deeds.startMs.push((await controllers[victim]?.start(clock)) ?? Infinity);
    deeds.kills += 1;
  }
  return deeds;
}

async function untilEnds(board: Board, ends: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (board.ends < ends && performance.now() < end) await sleep(5);
}

/** @returns how much was done */
async function harm({ controllers, proxy, postgres, recorder, random }: Victims): Promise<number> {
  let fate = random.below(100);
  const isTurnOf = (chance: number) => (fate -= chance) < 0;
  if (isTurnOf(OF_HUNDRED.stop)) {
    const controller = random.pick(controllers);
    recorder.note('SIGSTOP');
    controller?.signal('SIGSTOP');
    await sleep(300 + random.below(2500));
    controller?.signal('SIGCONT');
  } else if (isTurnOf(OF_HUNDRED.weather)) {
    proxy.weather = random.pick(BAD_WEATHER) ?? 'delay';
    recorder.note(proxy.weather);
    await sleep(200 + random.below(800));
    proxy.weather = 'calm';
    proxy.reset();
  } else if (isTurnOf(OF_HUNDRED.reset)) {
    recorder.note('reset');
    proxy.reset();
  } else if (postgres !== undefined && isTurnOf(OF_HUNDRED.postgres)) {
    recorder.note('PostgreSQL stops');
    await postgres.restart('SIGQUIT');
    recorder.note('PostgreSQL is back');
  } else return 0;
  return 1;
}

import { Cron } from 'croner';
import { type Fleet, type FleetOrg, Refusal, type Trigger } from '../contract/wire/index.ts';
import type { Dispatcher } from './dispatcher.ts';
import { offsetAt, toInstant } from './local-time.ts';
import { type Begun, Pipelines, type Work } from './pipelines.ts';
import { isTermOver } from './store.ts';

type Schedule = NonNullable<FleetOrg['schedules']>[string] | Extract<Trigger, { kind: 'cron' }>;

interface Seen {
  readonly last: string;
  readonly now: string;
  /** What of the last time still goes on. */
  readonly task?: string;
  readonly run?: string;
}

/** A schedule, and where it belongs. */
interface Named {
  readonly org: string;
  readonly name: string;
  readonly schedule: Schedule;
}

/**
 * Begins what is due by the clock. Each due time has a key of its own, so that it begins one task or run, however often and by however many
 * programs this is called. Of several times missed while nothing ran, the last one counts.
 *
 * @throws AggregateError what could not be begun; all else is
 */
export async function runSchedules(dispatcher: Dispatcher, fleet: Fleet): Promise<void> {
  const pipelines = new Pipelines(dispatcher, fleet);
  const errors: unknown[] = [];
  for (const named of schedulesOf(fleet)) {
    if (named.schedule.suspended === true) continue;
    // Seldom due.
    await runSchedule(dispatcher, pipelines, named).catch((error: unknown) => {
      if (isTermOver(error)) throw error;
      errors.push(error);
    });
  }
  if (errors.length > 0) throw new AggregateError(errors, 'Some schedules could not be run');
}

function schedulesOf({ orgs }: Fleet): Named[] {
  return Object.entries(orgs).flatMap(([org, { schedules = {}, triggers = {} }]) => [
    ...Object.entries(schedules).map(([name, schedule]) => ({ org, name, schedule })),
    ...Object.entries(triggers).flatMap(([name, schedule]) =>
      schedule.kind === 'cron' ? [{ org, name: `trigger/${name}`, schedule }] : [],
    ),
  ]);
}

async function runSchedule(dispatcher: Dispatcher, pipelines: Pipelines, { org, name, schedule }: Named): Promise<void> {
  const { store } = dispatcher;
  const { last, now, task, run } = await store.call<Seen>('cron_seen', [org, name]);
  const due = lastDue(schedule.cron, schedule.timeZone ?? 'Etc/UTC', new Date(last), new Date(now))?.toISOString();
  if (due === undefined) return;
  const done = async (begun: Partial<Begun> = {}) => store.call('cron_done', [org, name, due, begun.task ?? null, begun.run ?? null]);
  const { whileRunning = 'Forbid' } = schedule;
  if ((task ?? run) !== undefined && whileRunning === 'Forbid') return void (await done());
  if (whileRunning === 'Replace') {
    if (task !== undefined) await dispatcher.cancel(org, task, `Replaced by the run of ${due}`);
    if (run !== undefined) await pipelines.cancel(org, run, `Replaced by the run of ${due}`);
  }
  try {
    await done(await begin(pipelines, org, { ...schedule, key: `cron/${name}/${due}`, by: `schedule ${name}` }));
  } catch (error) {
    // What is refused now is refused a second later: it is told once, and the schedule goes on with the next time.
    if (error instanceof Refusal && error.code !== 'FW_UNAVAILABLE') await done();
    throw error;
  }
}

async function begin(pipelines: Pipelines, org: string, work: Work): Promise<Partial<Begun>> {
  try {
    return await pipelines.begin(org, work);
  } catch (error) {
    // Begun already, by a program with another version of the schedule.
    if (error instanceof Refusal && error.code === 'FW_KEY_REUSED') return {};
    throw error;
  }
}

/** Clocks never go back by more. */
const LONGEST_FOLD_MS = 3 * 3_600_000;

/**
 * The last time in (`after`, `until`] at which a schedule is due. A local time that is skipped when clocks go forward is due at the first moment
 * after the gap; one that comes twice when they go back is due the first time only.
 *
 * @param cron five fields
 * @param timeZone IANA name
 * @throws Error if there is no such schedule or zone
 */
export function lastDue(cron: string, timeZone: string, after: Date, until: Date): Date | undefined {
  const end = until.getTime();
  // Where the clocks have just gone back, they have shown later times than now.
  let latest = new Date(end + Math.max(offsetAt(timeZone, end), offsetAt(timeZone, end - LONGEST_FOLD_MS)));
  const job = new Cron(cron, { timezone: 'Etc/UTC', paused: true, mode: '5-part' });
  for (;;) {
    // What is due at this very moment counts.
    const [shown] = job.previousRuns(1, new Date(latest.getTime() + 1));
    if (shown === undefined) return undefined;
    const due = toInstant(timeZone, shown.getTime());
    if (due <= end) return due > after.getTime() ? new Date(due) : undefined;
    latest = new Date(shown.getTime() - 1);
  }
}

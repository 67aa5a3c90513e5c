import { Cron } from 'croner';
import { type Fleet, type FleetOrg, Refusal } from '../contract/wire/index.ts';
import type { Dispatcher } from './dispatcher.ts';

type Schedule = NonNullable<FleetOrg['schedules']>[string];

interface Seen {
  readonly last: string;
  readonly now: string;
  readonly unfinished: string | null;
}

/**
 * Begins the tasks that are due by the clock. Each due time has a key of its own, so that it begins one task, however often and by however many
 * programs this is called. Of several times missed while nothing ran, the last one counts.
 */
export async function runSchedules(dispatcher: Dispatcher, { orgs }: Fleet): Promise<void> {
  for (const [org, { schedules = {} }] of Object.entries(orgs)) {
    for (const [name, schedule] of Object.entries(schedules)) {
      // Seldom due.
      if (schedule.suspended !== true) await runSchedule(dispatcher, org, name, schedule);
    }
  }
}

async function runSchedule(dispatcher: Dispatcher, org: string, name: string, schedule: Schedule): Promise<void> {
  const { last, now, unfinished } = await dispatcher.store.call<Seen>('cron_seen', [org, name]);
  const due = lastDue(schedule.cron, schedule.timeZone ?? 'Etc/UTC', new Date(last), new Date(now));
  if (due === undefined) return;
  const rule = schedule.whileRunning ?? 'Forbid';
  const rests = unfinished !== null && rule === 'Forbid';
  if (unfinished !== null && rule === 'Replace') await dispatcher.cancel(org, unfinished, `Replaced by the run of ${due.toISOString()}`);
  const task = rests ? null : await begin(dispatcher, org, `cron/${name}/${due.toISOString()}`, schedule);
  await dispatcher.store.call('cron_done', [org, name, due.toISOString(), task]);
}

async function begin(dispatcher: Dispatcher, org: string, key: string, { agent, title, input }: Schedule): Promise<string | null> {
  try {
    const [scheduled] = await dispatcher.schedule(org, { tasks: [{ agent, title, key, ...(input === undefined ? {} : { input }) }] });
    return scheduled?.task ?? null;
  } catch (error) {
    // Begun already, by a program with another version of the schedule.
    if (error instanceof Refusal && error.code === 'FW_KEY_REUSED') return null;
    throw error;
  }
}

/**
 * The last time in (`after`, `until`] at which a schedule is due. A local time that is skipped when clocks go forward is due at the first moment
 * after the gap; one that comes twice when they go back is due the first time only.
 *
 * @param cron five fields
 * @param timeZone IANA name
 */
export function lastDue(cron: string, timeZone: string, after: Date, until: Date): Date | undefined {
  const job = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
  // What is due at this very moment counts.
  return job.previousRuns(2, new Date(until.getTime() + 1000)).find((due) => due > after && due <= until);
}

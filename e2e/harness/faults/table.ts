import type { Promised } from '../promises.ts';

/** Text of a source file that stands for other text: everywhere in the file, and at least once. */
export interface Replacement {
  /** Path below `controller/`. */
  readonly file: string;
  readonly find: string;
  readonly by: string;
}

/** Something that could be wrong with the controller, put there on purpose to see whether the harness notices. */
export interface Fault {
  readonly name: string;
  /** What goes wrong. */
  readonly breaks: string;
  readonly replacements: readonly Replacement[];
  /** One of the promises by whose breach it is caught. */
  readonly caughtBy: Promised;
}

const CLAIM = 'dispatch/sql/claim.sql';
const COMPLETE = 'dispatch/sql/complete.sql';
const BACKGROUND = 'dispatch/sql/background.sql';
const ADMISSION = 'dispatch/sql/admission.sql';
const CALLS = 'dispatch/calls.ts';

/** All faults. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'report-without-fence',
    breaks: 'a report ends a task whoever holds it',
    replacements: [
      {
        file: COMPLETE,
        find: 'where l.task = r.task and l.attempt = r.attempt and l.token = r.token returning r.at',
        by: 'where l.task = r.task returning r.at',
      },
    ],
    caughtBy: 'stale fences accepted',
  },
  {
    name: 'heartbeat-without-fence',
    breaks: 'a heartbeat renews the lease of whoever holds the task',
    replacements: [
      { file: CLAIM, find: 'where l.task = b.task and l.attempt = b.attempt and l.token = b.token', by: 'where l.task = b.task' },
    ],
    caughtBy: 'stale fences accepted',
  },
  {
    name: 'acknowledged-before-commit',
    breaks: 'a task is acknowledged, and written a moment later',
    replacements: [
      {
        file: CALLS,
        find: "coalesce(async (tasks: PlainTask[]) => send('schedule_plain', tasks), {",
        by: `coalesce(async (tasks: PlainTask[]) => {
      setTimeout(() => void send('schedule_plain', tasks).catch(() => undefined), 50);
      return tasks.map(({ id, agent = '' }) => ({ task: id, agent, created: true }));
    }, {`,
      },
    ],
    caughtBy: 'lost',
  },
  {
    name: 'attempts-without-end',
    breaks: 'a task that fails is tried again for ever',
    replacements: [{ file: COMPLETE, find: 's.failures + 1 >= s.attempts', by: 'false' }],
    caughtBy: 'attempts too many',
  },
  {
    name: 'lease-ended-early',
    breaks: 'a lease is over a second before its time',
    replacements: [{ file: BACKGROUND, find: 'until < clock_timestamp()', by: "until < clock_timestamp() + interval '1 second'" }],
    caughtBy: 'leases ended early',
  },
  {
    name: 'clock-of-the-program',
    breaks: "whether a lease is over is read from the program's clock",
    replacements: [
      {
        file: 'dispatch/background.ts',
        find: "await drain(async () => store.call<number>('expire', [PIECE]));",
        by: `await store.read("update lease set until = '-infinity' where until < $1 returning null", [new Date().toISOString()]);
  await drain(async () => store.call<number>('expire', [PIECE]));`,
      },
    ],
    caughtBy: 'leases ended early',
  },
  {
    name: 'slots-kept',
    breaks: 'the end of a task does not free its slots',
    replacements: [
      {
        file: ADMISSION,
        find: 'update agent a set running = a.running - per.slots,',
        by: 'update agent a set running = a.running - 0 * per.slots,',
      },
    ],
    caughtBy: 'stuck',
  },
  {
    name: 'reservation-kept',
    breaks: 'the end of a task does not give its money back',
    replacements: [{ file: ADMISSION, find: 'set reserved = b.reserved - m.reserved,', by: 'set reserved = b.reserved - 0 * m.reserved,' }],
    caughtBy: 'stuck',
  },
  {
    name: 'key-ignored',
    breaks: 'a request that is made again makes another task',
    replacements: [
      {
        file: 'dispatch/dispatcher.ts',
        find: 'schedulePlain({ ...first, org })',
        by: 'schedulePlain({ ...first, org, key: `${first.key}/${first.id}` })',
      },
    ],
    caughtBy: 'scheduled twice',
  },
  {
    name: 'needs-ignored',
    breaks: 'a task is queued before what it needs has ended',
    replacements: [
      {
        file: 'dispatch/sql/schedule.sql',
        find: 'if v_item.needs is null or json_array_length(v_item.needs) = 0 then v_go',
        by: 'if true then v_go',
      },
    ],
    caughtBy: 'out of order',
  },
  {
    name: 'replay-recorded',
    breaks: 'a report that comes again is recorded again',
    replacements: [
      {
        file: COMPLETE,
        find: `    perform admit(v_orgs);
  end if;
  return (`,
        by: `    perform admit(v_orgs);
  end if;
  insert into event (org, task, attempt, kind, seq, data)
    select e.org, e.task, e.attempt, e.kind, 1, e.data from json_to_recordset(p_reports) as r(at int, task uuid, attempt int)
    join event e on e.task = r.task and e.attempt = r.attempt and e.kind = 'ended' and e.seq = 0
    where not v_states ? r.at::text on conflict do nothing;
  return (`,
      },
    ],
    caughtBy: 'completed twice',
  },
  {
    name: 'cancelled-goes-on',
    breaks: 'a cancelled task keeps its lease, and its worker may report',
    replacements: [
      {
        file: 'dispatch/sql/people.sql',
        find: 'update task t set attempt = h.attempt, cost = t.cost + h.cost from held h where t.id = h.task;\n  perform take_out(v_tasks);',
        by: 'update task t set attempt = h.attempt, cost = t.cost + h.cost from held h where t.id = h.task;',
      },
    ],
    caughtBy: 'lost',
  },
  {
    name: 'claimed-twice',
    breaks: 'two workers that ask at once get the same task',
    replacements: [{ file: CALLS, find: '?.splice(0, count)', by: '?.slice(0, count)' }],
    caughtBy: 'claimed twice',
  },
  {
    name: 'budget-ignored',
    breaks: 'tasks are admitted without the money for them',
    replacements: [{ file: ADMISSION, find: 'from candidate where amount = 0 or agent_upto <= agent_money)', by: 'from candidate)' }],
    caughtBy: 'over budget',
  },
  {
    name: 'quota-ignored',
    breaks: 'an agent gets more tasks at once than it may have',
    replacements: [
      {
        file: ADMISSION,
        find: 'order by priority desc, seq limit least(a.slots,',
        by: 'order by priority desc, seq limit least(a.slots + 5,',
      },
    ],
    caughtBy: 'over quota',
  },
];

/** A fault by its name. */
export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}

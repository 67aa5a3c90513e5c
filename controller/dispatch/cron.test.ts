import { describe, expect, it } from 'vitest';
import { CONTRACT_VERSION, type Fleet, type FleetOrg } from '../contract/wire/index.ts';
import { lastDue, runSchedules } from './cron.ts';
import { Pipelines } from './pipelines.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['Etc/UTC', ...Intl.supportedValuesOf('timeZone')];

/** A moment at which the clocks of a zone jump: by how much, and what they show just before. */
interface Jump {
  readonly zone: string;
  readonly at: number;
  readonly by: number;
  readonly shows: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show, as if it were UTC; read from another form than the code under test reads. */
function shownAt(zone: string, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const options = { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23', timeZone: zone } as const;
    formats.set(zone, (format = new Intl.DateTimeFormat('sv-SE', options)));
  }
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}

/** All jumps between two years, found by halving, to the minute. */
function jumpsOf(zone: string, [from, to]: readonly [number, number]): Jump[] {
  const ahead = (at: number) => shownAt(zone, at) - at;
  const jumps: Jump[] = [];
  // Morocco's clocks go back for Ramadan: a month is too long a step.
  for (let start = Date.UTC(from, 0, 1); start < Date.UTC(to, 0, 1); start += 14 * DAY_MS) {
    let [early, late] = [start, start + 14 * DAY_MS];
    if (ahead(early) === ahead(late)) continue;
    const before = ahead(early);
    while (late - early > 60_000) {
      const middle = early + Math.floor((late - early) / 120_000) * 60_000;
      if (ahead(middle) === before) early = middle;
      else late = middle;
    }
    jumps.push({ zone, at: late, by: ahead(late) - before, shows: late + before });
  }
  return jumps;
}

/** Each moment at which a schedule is due around a jump, by somebody who looks once an hour. */
function duesAround({ zone, at }: Jump, cron: string): number[] {
  const dues: number[] = [];
  for (let now = at - 30 * HOUR_MS; now < at + 30 * HOUR_MS; now += HOUR_MS) {
    const due = lastDue(cron, zone, new Date(now), new Date(now + HOUR_MS));
    if (due !== undefined) dues.push(due.getTime());
  }
  return dues;
}

/** Every day at a time in the middle of what is skipped or comes twice, and the moment at which that is due. */
function caught({ at, by, shows }: Jump): readonly [cron: string, due: number] {
  const middle = by > 0 ? shows + Math.floor(by / 120_000) * 60_000 : shows + Math.floor(by / 120_000) * 60_000;
  const local = new Date(middle);
  return [`${local.getUTCMinutes()} ${local.getUTCHours()} * * *`, by > 0 ? at : at - (shows - middle)];
}

describe('A schedule where clocks jump', { timeout: 60_000 }, () => {
  const jumps = ZONES.flatMap((zone) => jumpsOf(zone, [2025, 2035]));

  it('is looked at in all zones, in spring and in autumn, for ten years', () => {
    expect(ZONES.length).toBeGreaterThan(400);
    expect(jumps.length).toBeGreaterThan(2400);
    const names = new Set(jumps.map(({ zone }) => zone));
    // Half an hour; two hours; three quarters of an hour off UTC; gaps that begin or end at midnight; twice a year for Ramadan.
    for (const zone of [
      'Australia/Lord_Howe',
      'Antarctica/Troll',
      'Pacific/Chatham',
      'America/Havana',
      'America/Godthab',
      'Africa/Cairo',
      'Africa/Casablanca',
    ])
      expect(names).toContain(zone);
  });

  it('is due once, at the first moment after a gap, and at the first of two equal times', () => {
    const wrong = jumps.filter((jump) => {
      const [cron, due] = caught(jump);
      return lastDue(cron, jump.zone, new Date(due - 6 * HOUR_MS), new Date(due + 6 * HOUR_MS))?.getTime() !== due;
    });
    expect(wrong).toEqual([]);
  });

  it('is due once a day around each jump of a year, for somebody who looks every hour', () => {
    const wrong = jumps
      .filter(({ at }) => at < Date.UTC(2026, 0, 1))
      .filter((jump) => {
        const [cron, due] = caught(jump);
        const dues = duesAround(jump, cron);
        return !dues.includes(due) || new Set(dues).size !== dues.length || dues.length < 2 || dues.length > 3;
      });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['Pacific/Apia', '0 12 * * *', ['2011-12-29T22:00:00.000Z', '2011-12-30T10:00:00.000Z', '2011-12-30T22:00:00.000Z']],
    ['Pacific/Apia', '0 0 * * *', ['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z']],
  ])('is due once for the day that %s skipped: %s', (zone, cron, expected) => {
    const dues = [];
    for (let now = Date.UTC(2011, 11, 29, 6); now < Date.UTC(2011, 11, 31, 12); now += HOUR_MS) {
      const due = lastDue(cron, zone, new Date(now), new Date(now + HOUR_MS));
      if (due !== undefined) dues.push(due.toISOString());
    }
    expect(dues).toEqual(expected);
  });

  it('is due every quarter of an hour, but for the times that come again', () => {
    const jump = { zone: 'Europe/Berlin', at: Date.UTC(2026, 9, 25, 1), by: -HOUR_MS, shows: 0 };
    const dues: string[] = [];
    for (let now = jump.at - 1.5 * HOUR_MS; now < jump.at + 1.5 * HOUR_MS; now += 300_000) {
      const due = lastDue('*/15 * * * *', jump.zone, new Date(now), new Date(now + 300_000));
      if (due !== undefined) dues.push(due.toISOString().slice(11, 16));
    }
    expect(dues).toEqual(['23:45', '00:00', '00:15', '00:30', '00:45', '02:00', '02:15', '02:30']);
  });
});

describe('A schedule that is odd', () => {
  const due = (cron: string) => lastDue(cron, 'Etc/UTC', new Date('2020-01-01T00:00:00Z'), new Date('2026-01-01T00:00:30Z'))?.toISOString();

  it.each([
    ['31 2 30 2 *', undefined],
    ['0 0 31 4,6 *', undefined],
    ['0 0 29 2 *', '2024-02-29T00:00:00.000Z'],
    ['0 0 * * 7', '2025-12-28T00:00:00.000Z'],
    ['0 0 13 * 5', '2025-12-26T00:00:00.000Z'],
    [`${Array.from({ length: 60 }, () => '59').join(',')} * * * *`, '2025-12-31T23:59:00.000Z'],
  ])('is answered at once: %s', (cron, expected) => {
    const start = performance.now();
    expect(due(cron)).toBe(expected);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it.each(['*/61 * * * *', '5-1 * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * *  * *', '@yearly-ish', ''])(
    'is refused: %j',
    (cron) => {
      expect(() => due(cron)).toThrow(/CronPattern|invalid/i);
    },
  );

  it('is refused in a zone that does not exist', () => {
    expect(() => lastDue('* * * * *', 'Mars/Olympus', new Date(0), new Date())).toThrow(RangeError);
  });
});

const AGENTS: FleetOrg['agents'] = { coder: { mode: 'pool' } };
const STEP = { id: 'only', agent: 'coder', title: 'Only' };
const TRIGGER = { kind: 'cron', cron: '* * * * *', pipeline: 'nightly', title: 'Nightly' } as const;

describeStores('A trigger by the clock', (makeOrg) => {
  const anOrg = async (
    triggers: NonNullable<FleetOrg['triggers']>,
  ): Promise<{ org: TestOrg; fleet: Fleet; later: () => Promise<void> }> => {
    const spec = { agents: AGENTS, pipelines: { nightly: { steps: [STEP] } }, triggers };
    const org = await makeOrg(spec);
    const fleet = { contract: CONTRACT_VERSION, orgs: { [org.name]: spec } };
    await runSchedules(org.dispatcher, fleet);
    const later = async () => {
      await org.dispatcher.store.read("update cron set last = last - interval '1 hour' where org = $1 returning null", [org.name]);
      await Promise.all([1, 2, 3].map(async () => runSchedules(org.dispatcher, fleet)));
    };
    return { org, fleet, later };
  };
  const runsOf = async ({ dispatcher, name }: TestOrg) =>
    dispatcher.store.read<{ id: string; key: string }>(
      "select json_build_object('id', id, 'key', key) from run where org = $1 order by created_at",
      [name],
    );

  it('starts one run for each due time, however many programs look, and none again after a restart', async () => {
    const { org, fleet, later } = await anOrg({ nightly: TRIGGER });
    expect(await runsOf(org)).toEqual([]);
    await later();
    const [run, ...others] = await runsOf(org);
    expect(others).toEqual([]);
    expect(run?.key).toMatch(/^cron\/trigger\/nightly\/\d{4}-/);
    expect(await new Pipelines(org.dispatcher, fleet).see(org.name, run?.id ?? '')).toMatchObject({
      startedBy: 'schedule trigger/nightly',
      title: 'Nightly',
    });
    // A program that stopped before it noted what it began.
    await org.dispatcher.store.read("update cron set last = last - interval '2 minutes', run = null where org = $1 returning null", [
      org.name,
    ]);
    await runSchedules(org.dispatcher, fleet);
    expect(await runsOf(org)).toHaveLength(1);
  });

  it('waits for the last run, unless it may go on beside it or in its place', async () => {
    const { org, fleet, later } = await anOrg({
      waits: TRIGGER,
      beside: { ...TRIGGER, whileRunning: 'Allow' },
      instead: { ...TRIGGER, whileRunning: 'Replace' },
      rests: { ...TRIGGER, suspended: true },
    });
    await later();
    await org.dispatcher.store.read("update run set key = key || '/before' where org = $1 returning null", [org.name]);
    await later();
    const pipelines = new Pipelines(org.dispatcher, fleet);
    const states = await Promise.all(
      (await runsOf(org)).map(async ({ id, key }) => `${key.split('/')[2]} ${(await pipelines.see(org.name, id))?.state}`),
    );
    expect(states.sort()).toEqual(['beside running', 'beside running', 'instead cancelled', 'instead running', 'waits running']);
  });

  it('is not kept from its time by another that cannot be begun, which is told once', async () => {
    const { org, fleet } = await anOrg({ a: { kind: 'cron', cron: '* * * * *', agent: 'gone', title: 'Never' }, b: TRIGGER });
    await org.dispatcher.store.read("update cron set last = last - interval '1 hour' where org = $1 returning null", [org.name]);
    await expect(runSchedules(org.dispatcher, fleet)).rejects.toMatchObject({ errors: [{ code: 'FW_AGENT_UNKNOWN' }] });
    expect(await runsOf(org)).toHaveLength(1);
    await runSchedules(org.dispatcher, fleet);
  });

  it('gives an agent a task, with its input', async () => {
    const { org, later } = await anOrg({
      daily: { kind: 'cron', cron: '* * * * *', agent: 'coder', title: 'Daily', input: { deep: true } },
    });
    await later();
    expect(await org.claim(5)).toMatchObject([{ title: 'Daily', input: { deep: true } }]);
  });
});

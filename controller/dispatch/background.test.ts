import { describe, expect, it } from 'vitest';
import { startBackground } from './background.ts';
import { lastDue, runSchedules } from './cron.ts';
import { describeStores } from './testing/index.ts';

const SLOW = 30_000;

describe('A schedule', () => {
  it.each([
    ['on a common day', 'Europe/Berlin', '30 2 * * *', ['2026-06-01T00:00:00Z', '2026-06-01T03:00:00Z', '2026-06-01T00:30:00.000Z']],
    ['at this very moment', 'Etc/UTC', '* * * * *', ['2026-06-01T00:00:00Z', '2026-06-01T00:01:00Z', '2026-06-01T00:01:00.000Z']],
    ['never again for the same time', 'Etc/UTC', '* * * * *', ['2026-06-01T00:01:00Z', '2026-06-01T00:01:59Z', undefined]],
    [
      'at the end of a gap of an hour',
      'Europe/Berlin',
      '30 2 * * *',
      ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ],
    [
      'at the end of a gap of half an hour',
      'Australia/Lord_Howe',
      '15 2 * * *',
      ['2026-10-03T00:00:00Z', '2026-10-04T00:00:00Z', '2026-10-03T15:30:00.000Z'],
    ],
    [
      'at the first of two equal times',
      'Europe/Berlin',
      '30 2 * * *',
      ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ],
    ['not at the second of two equal times', 'Europe/Berlin', '30 2 * * *', ['2026-10-25T00:45:00Z', '2026-10-25T12:00:00Z', undefined]],
    ['on no day that does not exist', 'Etc/UTC', '31 2 30 2 *', ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z', undefined]],
    [
      'once for a year of missed times',
      'Pacific/Chatham',
      '0 0 * * *',
      ['2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2025-12-31T10:15:00.000Z'],
    ],
  ] as const)('is due %s', (_, zone, cron, [after, until, expected]) => {
    expect(lastDue(cron, zone, new Date(after), new Date(until))?.toISOString()).toBe(expected);
  });
});

describeStores('Background work', (anOrg) => {
  it('begins one task for each due time, whoever looks', { timeout: SLOW }, async () => {
    const agents = { coder: { mode: 'schedule' } } as const;
    const schedule = { agent: 'coder', cron: '* * * * *', title: 'Nightly', input: { deep: true } } as const;
    const schedules = {
      nightly: schedule,
      often: { ...schedule, whileRunning: 'Replace' },
      rests: { ...schedule, suspended: true },
    } as const;
    const org = await anOrg({ agents, schedules });
    const fleet = { contract: '1.0', orgs: { [org.name]: { agents, schedules } } };
    const later = async () => {
      await org.dispatcher.store.read("update cron set last = last - interval '1 hour' where org = $1 returning null", [org.name]);
      await Promise.all([1, 2, 3].map(async () => runSchedules(org.dispatcher, fleet)));
    };
    await runSchedules(org.dispatcher, fleet);
    expect((await org.reads.tasks(org.name, { limit: 9 })).items).toEqual([]);
    await later();
    expect((await org.reads.tasks(org.name, { limit: 9 })).items.map(({ key, state }) => `${key?.split('/')[1]} ${state}`).sort()).toEqual([
      'nightly queued',
      'often queued',
    ]);
  });

  it('has one leader, whose term ends when it does not say that it is there', { timeout: SLOW }, async () => {
    const { store } = (await anOrg()).dispatcher;
    const lead = async (holder: string) => Number((await store.call('take_lead', ['test', holder, 60])) ?? 0);
    expect([await lead('a'), await lead('a'), await lead('b')]).toEqual([1, 1, 0]);
    await store.read("update leader set until = clock_timestamp() - interval '1 second' where name = 'test' returning null", []);
    expect([await lead('b'), await lead('a'), await lead('b')]).toEqual([2, 0, 2]);
  });

  it('works by itself until it is stopped', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', leaseSeconds: 2 } } });
    const errors: unknown[] = [];
    const stop = startBackground({
      dispatcher: org.dispatcher,
      fleet: { contract: '1.0', orgs: {} },
      onError: (error) => errors.push(error),
    });
    const task = await org.task();
    await org.claimOne();
    const claims = await org.dispatcher.claim(org.name, { agents: ['coder'], waitSeconds: 20 });
    expect(claims.map(({ fence }) => fence)).toMatchObject([{ task, attempt: 2 }]);
    await stop();
    expect(errors).toEqual([]);
  });
});

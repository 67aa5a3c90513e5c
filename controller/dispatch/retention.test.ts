import { expect, it } from 'vitest';
import { prune, pruneToSize } from './background.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const SLOW = 30_000;
const PLENTY = { tasks: 1000, events: 100_000, logBytes: 1_000_000 };

async function writeLog(org: TestOrg, count: number): Promise<string[]> {
  const tasks = [];
  for (let i = 0; i < count; i += 1) {
    const claim = await org.claimOne();
    await org.dispatcher.log(claim.fence, [
      { seq: 0, stream: 'stdout', text: 'x'.repeat(50) },
      { seq: 1, stream: 'stdout', text: 'é'.repeat(25) },
    ]);
    await org.succeed(claim);
    tasks.push(claim.fence.task);
  }
  return tasks;
}

/** Forgets what the limits of this org alone do not allow: other tests share the store. */
async function clean(org: TestOrg, limits: Partial<typeof PLENTY>, fresh = '0'): Promise<void> {
  await org.dispatcher.store.read('update log_size set bytes = 0 where org <> $1 returning null', [org.name]);
  await pruneToSize(org.dispatcher.store, { ...PLENTY, ...limits }, fresh);
}

async function listed(org: TestOrg): Promise<string[]> {
  return (await org.reads.tasks(org.name, { limit: 100 })).items.map(({ id }) => id).toReversed();
}

describeStores('Forgetting', (anOrg) => {
  it('takes what ended long ago, and nothing that is still needed', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const [old, needed, after] = await org.graph(
      { key: 'old' },
      { key: 'needed' },
      { key: 'after', needs: [{ task: 'needed' }], notBefore: '2999-01-01T00:00:00Z' },
    );
    for (const claim of await org.claim(2)) await org.succeed(claim);
    await org.dispatcher.store.read("update task set ended_at = ended_at - interval '40 days' where org = $1 returning null", [org.name]);
    const [first] = await org.reads.events(org.name, { limit: 1 });
    expect(await org.reads.isCut(org.name, first?.id ?? '')).toBe(false);
    expect(await prune(org.dispatcher.store, 30)).toBe(1);
    expect(await listed(org)).toEqual([needed, after]);
    expect(await org.reads.events(org.name, { task: old ?? '', limit: 9 })).toEqual([]);
  });

  it('takes the oldest of too many tasks, and leaves what is open or has only just ended', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const open = await org.task({ notBefore: '2999-01-01T00:00:00Z' });
    const ended = [await org.task(), await org.task(), await org.task()];
    await writeLog(org, 3);
    await clean(org, { tasks: 1 }, '1 hour');
    expect(await listed(org)).toEqual([open, ...ended]);
    await clean(org, { tasks: 1 });
    expect(await listed(org)).toEqual([open, ended[2]]);
  });

  it('takes the oldest tasks when there are too many events, and tells readers', { timeout: SLOW }, async () => {
    const org = await anOrg();
    const first = await org.task();
    const claim = await org.claimOne();
    await org.dispatcher.events(
      claim.fence,
      Array.from({ length: 50 }, (_, i) => ({ seq: i + 1, kind: 'progress' as const, data: i })),
    );
    await org.succeed(claim);
    const open = await org.task();
    const events = await org.reads.events(org.name, { limit: 100 });
    const [middle, last] = [events[20]?.id ?? '', events.at(-1)?.id ?? ''];
    await clean(org, { events: 60 });
    expect(await org.reads.isCut(org.name, middle)).toBe(false);
    await clean(org, { events: 40 });
    expect(await listed(org)).toEqual([open]);
    expect(await org.reads.events(org.name, { task: first, limit: 9 })).toEqual([]);
    expect([await org.reads.isCut(org.name, middle), await org.reads.isCut(org.name, last)]).toEqual([true, false]);
  });

  it('takes the oldest logs when they are too large, leaves the tasks, and says so', { timeout: SLOW }, async () => {
    const org = await anOrg();
    await org.graph({}, {}, {}, {});
    const [a = '', b = '', c = ''] = await writeLog(org, 3);
    const running = await org.claimOne();
    await org.dispatcher.log(running.fence, [{ seq: 0, stream: 'stdout', text: 'x'.repeat(500) }]);
    await clean(org, { logBytes: 800 });
    expect((await org.reads.log(org.name, a, { limit: 9 })).length).toBe(2);
    await clean(org, { logBytes: 650 });
    expect(await Promise.all([a, b, c].map(async (task) => (await org.reads.log(org.name, task, { limit: 9 })).length))).toEqual([0, 0, 2]);
    expect(await Promise.all([a, b, c].map(async (task) => org.reads.isLogGone(org.name, task)))).toEqual([true, true, false]);
    expect(await org.states(a, b, c)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    await clean(org, { logBytes: 0 });
    expect(await org.reads.log(org.name, running.fence.task, { limit: 9 })).toHaveLength(1);
  });

  it('counts a log that is sent again once', { timeout: SLOW }, async () => {
    const org = await anOrg();
    await org.task();
    const { fence } = await org.claimOne();
    const chunk = { seq: 0, stream: 'stdout', text: 'four' } as const;
    await Promise.all([1, 2, 3].map(async () => org.dispatcher.log(fence, [chunk])));
    expect(await org.dispatcher.store.read('select to_json(bytes) from log_size where task = $1', [fence.task])).toEqual([4]);
  });
});

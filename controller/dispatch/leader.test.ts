import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prune, takeLead } from './background.ts';
import { runSchedules } from './cron.ts';
import { Dispatcher } from './dispatcher.ts';
import { openPostgres } from './postgres-store.ts';
import { isTermOver, type Store, type Term } from './store.ts';
import { describeStores, startPostgres, type TestOrg, type TestPostgres } from './testing/index.ts';

const SLOW = 30_000;
const AGENTS = { coder: { mode: 'schedule' } } as const;
const SCHEDULES = { often: { agent: 'coder', cron: '* * * * *', title: 'Look', whileRunning: 'Replace' } } as const;

/** As if a leader had said nothing for two leases. */
async function freeze(org: TestOrg): Promise<void> {
  await org.dispatcher.store.read(
    "update leader set until = clock_timestamp() - interval '10 seconds' where name = 'background' returning null",
    [],
  );
}

async function lead(org: TestOrg, holder: string): Promise<Term> {
  await freeze(org);
  const term = await takeLead(org.dispatcher.store, holder);
  if (term === undefined) throw new Error('Nobody leads');
  return term;
}

describeStores('A leader', (anOrg) => {
  it('whose term is over changes nothing, whatever it was about to do', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: AGENTS, schedules: SCHEDULES });
    const fleet = { contract: '1.0', orgs: { [org.name]: { agents: AGENTS, schedules: SCHEDULES } } };
    const { store } = org.dispatcher;
    const old = org.dispatcher.under(await lead(org, 'a'));
    await runSchedules(old, fleet);
    const task = await org.task();
    await org.succeed(await org.claimOne());
    const waiting = await org.task();
    await store.read("update cron set last = last - interval '1 hour' where org = $1 returning null", [org.name]);
    const before = await store.read('select row_to_json(t) from (select * from cron where org = $1) t', [org.name]);
    const next = org.dispatcher.under(await lead(org, 'b'));

    const late = [
      async () => old.store.call('cron_done', [org.name, 'often', '2999-01-01T00:00:00Z', null, null]),
      async () => old.schedule(org.name, { tasks: [{ agent: 'coder', title: 'Late' }] }),
      async () => old.cancel(org.name, waiting, 'Replaced'),
      async () => prune(old.store, 0),
    ];
    for (const work of late) expect(isTermOver(await work().catch((error: unknown) => error))).toBe(true);
    expect(isTermOver(await runSchedules(old, fleet).catch((error: unknown) => error))).toBe(true);
    expect(await store.read('select row_to_json(t) from (select * from cron where org = $1) t', [org.name])).toEqual(before);
    expect(await org.states(task, waiting)).toEqual(['succeeded', 'queued']);
    expect((await org.reads.tasks(org.name, { limit: 9 })).items).toHaveLength(2);

    await runSchedules(next, fleet);
    expect((await org.reads.tasks(org.name, { limit: 9 })).items.map(({ title }) => title)).toEqual(['Look', 'A task', 'A task']);
  });

  it('that comes and goes 50 times begins each due time once', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: AGENTS, schedules: SCHEDULES });
    const fleet = { contract: '1.0', orgs: { [org.name]: { agents: AGENTS, schedules: SCHEDULES } } };
    const { store } = org.dispatcher;
    await runSchedules(org.dispatcher, fleet);
    const begun = new Set<string>();
    for (let i = 0; i < 50; i += 1) {
      await store.read("update cron set last = last - interval '1 minute' where org = $1 returning null", [org.name]);
      const leaders = [];
      for (const holder of ['a', 'b', 'c']) leaders.push(org.dispatcher.under(await lead(org, `${holder}${i}`)));
      await Promise.allSettled(leaders.map(async (leader) => runSchedules(leader, fleet)));
      const { items } = await org.reads.tasks(org.name, { limit: 1000 });
      for (const { key } of items) begun.add(key ?? '');
      expect(items.length).toBe(begun.size);
    }
    expect(begun.size).toBeGreaterThan(0);
  });

  it('is followed by another one within its lease and a turn', { timeout: SLOW }, async () => {
    const org = await anOrg();
    await lead(org, 'a');
    expect(await takeLead(org.dispatcher.store, 'b')).toBeUndefined();
    const [left] = await org.dispatcher.store.read<number>(
      "select to_json(extract(epoch from until - clock_timestamp())) from leader where name = 'background'",
      [],
    );
    expect(left).toBeLessThanOrEqual(5);
    await freeze(org);
    expect(await takeLead(org.dispatcher.store, 'b')).toBeDefined();
  });
});

describe('Of several programs', () => {
  const LONG = 180_000;
  const CHILD = fileURLToPath(new URL('./testing/leader-child.ts', import.meta.url));
  const FLEET = {
    contract: '1.0',
    orgs: { acme: { agents: AGENTS, schedules: { often: { ...SCHEDULES.often, whileRunning: 'Allow' } } } },
  } as const;
  const children = new Map<number, ChildProcess>();
  const said: string[] = [];
  let postgres: TestPostgres | undefined;
  let store: Store | undefined;

  beforeAll(async () => {
    postgres = await startPostgres();
    store = await openPostgres({ url: postgres.url });
    await (await Dispatcher.open(store)).applyFleet(JSON.parse(JSON.stringify(FLEET)) as typeof FLEET);
  }, LONG);

  afterAll(async () => {
    for (const child of children.values()) child.kill('SIGKILL');
    await store?.close();
    await postgres?.stop();
  }, LONG);

  function begin(): void {
    const child = spawn(process.execPath, [CHILD, postgres?.url ?? '', JSON.stringify(FLEET)], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (text: Buffer) => said.push(String(text)));
    children.set(child.pid ?? 0, child);
  }

  /** Who leads now, other than `before`; and its term. */
  async function leader(before?: number): Promise<{ pid: number; term: number }> {
    for (;;) {
      const text =
        "select json_build_object('pid', split_part(holder, '/', 2)::int, 'term', term) from leader where until > clock_timestamp()";
      const [found] = (await store?.read<{ pid: number; term: number }>(text, [])) ?? [];
      if (found !== undefined && found.pid !== before && children.has(found.pid)) return found;
      await sleep(100);
    }
  }

  it('one leads, another one follows when it is killed or stands still, and each due time counts once', { timeout: LONG }, async () => {
    for (let i = 0; i < 3; i += 1) begin();
    let last = await leader();
    for (const signal of ['SIGKILL', 'SIGSTOP', 'SIGKILL'] as const) {
      await store?.read("update cron set last = last - interval '1 hour' returning null", []);
      children.get(last.pid)?.kill(signal);
      const since = performance.now();
      const next = await leader(last.pid);
      // Five seconds of lease, and time for a turn on a busy machine.
      expect(performance.now() - since).toBeLessThan(15_000);
      expect(next.term).toBe(last.term + 1);
      if (signal === 'SIGKILL') {
        children.delete(last.pid);
        begin();
      }
      // What stood still goes on, and finds that it leads no more.
      children.get(last.pid)?.kill('SIGCONT');
      await sleep(3000);
      expect(await leader()).toEqual(next);
      last = next;
    }
    const keys = await store?.read<string>("select to_json(key) from task where key like 'cron/%'", []);
    expect(keys?.length).toBeGreaterThan(0);
    expect(new Set(keys).size).toBe(keys?.length);
    expect(said).toEqual([]);
  });
});

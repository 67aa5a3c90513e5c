import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetOrg } from '../contract/wire/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { openPostgres } from './postgres-store.ts';
import { Projects } from './projects.ts';
import type { Store } from './store.ts';
import { startPostgres, type TestPostgres, TestOrg } from './testing/index.ts';

const SLOW = 60_000;
const SPEC: FleetOrg = {
  budgets: [{ limit: 1000, window: 'rolling', seconds: 3600 }],
  agents: { coder: { mode: 'pool', taskBudget: 10, subTasks: { count: 9 } } },
};

/** Tables that hold rows of orgs, and how many rows each org has in them. */
const ROWS = {
  agent: 1,
  budget: 1,
  budget_slice: 1,
  event: 8,
  lease: 1,
  log: 1,
  log_size: 1,
  need: 1,
  org: 1,
  project: 1,
  question: 1,
  queue: 1,
  signal: 1,
  task: 4,
  usage: 1,
} as const;

let postgres: TestPostgres | undefined;
let store: Store | undefined;
const orgs: TestOrg[] = [];

async function fill(org: TestOrg): Promise<void> {
  const { dispatcher, name } = org;
  await org.graph({ key: 'first' }, { key: 'then', needs: [{ task: 'first' }] });
  const done = await org.claimOne();
  await dispatcher.complete({ fence: done.fence, outcome: 'succeeded', usage: [{ model: 'm', inputTokens: 1, outputTokens: 1, cost: 5 }] });
  const held = await org.claimOne();
  await dispatcher.log(held.fence, [{ seq: 0, stream: 'stdout', text: 'hello' }]);
  await dispatcher.ask(held.fence, { key: 'colour', kind: 'question', text: 'Which?' });
  await org.task();
  await dispatcher.cancel(name, await org.task(), 'Not wanted');
  await dispatcher.signal(name, { key: 'k' });
  await new Projects(dispatcher.store).replace(name, 'shop', { title: 'The shop', data: {} });
}

beforeAll(async () => {
  postgres = await startPostgres();
  store = await openPostgres({ url: postgres.url });
  const dispatcher = await Dispatcher.open(store);
  await dispatcher.applyFleet({ contract: '1.1', orgs: { acme: SPEC, other: SPEC } });
  for (const name of ['acme', 'other']) orgs.push(new TestOrg(name, dispatcher));
  for (const org of orgs) await fill(org);
}, SLOW);

afterAll(async () => {
  await store?.close();
  await postgres?.stop();
}, SLOW);

describe('The wall between orgs on PostgreSQL', () => {
  it.each(Object.entries(ROWS))('shows of %s the rows of one org, whatever is asked for', async (table, count) => {
    const rows = async (org?: string) => (await store?.read<number>(`select count(*)::int from ${table}`, [], org))?.[0];
    expect([await rows('acme'), await rows('other'), await rows()]).toEqual([count, count, 2 * count]);
    expect([await rows('nobody'), await rows('')]).toEqual([0, 0]);
  });

  it('stands before every table that says of which org its rows are', async () => {
    const open = await store?.read<string>(
      `select to_json(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'fleetwright' and c.relkind = 'r'
        and not c.relrowsecurity and has_table_privilege('fleetwright_org', c.oid, 'select, insert, update, delete') order by c.relname`,
      [],
    );
    expect(open).toEqual(['fleet_version']);
  });

  it.each([
    ['is changed', "update task set title = 'mine' returning to_json(org)"],
    ['is deleted', 'delete from signal returning to_json(org)'],
    ['is locked', 'select to_json(org) from lease for update'],
  ])('lets nothing through that %s', async (_, text) => {
    expect(new Set(await store?.read<string>(text, [], 'acme'))).toEqual(new Set(['acme']));
  });

  it('refuses rows of another org', async () => {
    const text = "insert into signal (org, key) values ('other', 'k') returning null";
    await expect(store?.read(text, [], 'acme')).rejects.toMatchObject({ code: '42501' });
  });

  it('holds what people do, should the org be mixed up', async () => {
    const [acme, other] = orgs;
    if (acme === undefined || other === undefined || store === undefined) throw new Error('There are no orgs');
    const task = await other.task();
    expect(await store.call('cancel', ['other', task, 'No'], { org: 'acme' })).toBeNull();
    expect(await store.call('rest', ['other', task, true], { org: 'acme' })).toBe(false);
    expect(await store.call('hold', ['other', null, true], { org: 'acme' })).toBe(false);
    expect(await store.call('top_up', ['other', 'rolling', 5], { org: 'acme' })).toBe(false);
    expect(await store.call('retry', ['other', task, 'ann'], { org: 'acme' })).toMatchObject({ code: 'FW_NOT_FOUND' });
    const write = ['other', 'shop', '{"title":"Mine"}', null, 99];
    expect(await store.call('write_project', write, { org: 'acme' })).toMatchObject({ code: 'FW_NOT_FOUND' });
    expect(await other.states(task)).toEqual(['queued']);
    await other.dispatcher.cancel('other', task, 'No');
    expect(await other.dispatcher.retry('other', task, 'ann')).toEqual([task]);
  });

  it('gives nobody the keys of the program', async () => {
    await expect(store?.read('select null from leader', [], 'acme')).rejects.toMatchObject({ code: '42501' });
    await expect(store?.read('create table fleetwright.x ()', [], 'acme')).rejects.toMatchObject({ code: '42501' });
  });

  it('needs a user who may keep orgs apart, and says what to do', async () => {
    const client = new Client({ connectionString: postgres?.url });
    await client.connect();
    await client.query(
      'drop schema fleetwright cascade; drop owned by fleetwright_org; drop role fleetwright_org; create role plain login',
    );
    await client.query('grant create on database postgres to plain');
    await client.end();
    const plain = await openPostgres({ url: (postgres?.url ?? '').replace(/\/\/[^@]*@/, '//plain@') });
    await expect(Dispatcher.open(plain)).rejects.toMatchObject({
      message: "The user 'plain' of the database may not make the role that keeps orgs apart",
      hint: 'Run once as a user who may: create role fleetwright_org nologin; grant fleetwright_org to plain;',
    });
    await plain.close();
  });
});

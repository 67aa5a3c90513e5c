import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Claim } from '../contract/wire/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { openPostgres } from './postgres-store.ts';
import { Projects } from './projects.ts';
import { Reads } from './reads.ts';
import { SESSION_SETTINGS, type Store } from './store.ts';
import { startPostgres, type TestPostgres } from './testing/index.ts';

const SLOW = 120_000;
const TASKS = 20_000;
let postgres: TestPostgres | undefined;
let dispatcher: Dispatcher | undefined;
let client: Client | undefined;
const TOLD = '00000000-0000-4000-8000-000000000000';
const plans: string[] = [];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Twenty thousand blocked tasks of one agent, twenty thousand ready ones of another; statistics are as old as the tables. */
beforeAll(async () => {
  postgres = await startPostgres();
  dispatcher = await Dispatcher.open(await openPostgres({ url: postgres.url }));
  const agents = { blocked: { mode: 'pool', maxRunning: 0 }, coder: { mode: 'pool' } } as const;
  await dispatcher.applyFleet({ contract: '1.0', orgs: { acme: { agents, budgets: [{ limit: 1_000_000, window: 'day' }] } } });
  client = new Client({
    connectionString: postgres.url,
    options: Object.entries(SESSION_SETTINGS)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  await client.connect();
  await client.query(
    'alter table task set (autovacuum_enabled = off); alter table queue set (autovacuum_enabled = off); alter table lease set (autovacuum_enabled = off)',
  );
  await client.query('analyze');
  await client.query(`insert into project (org, name, title, data) select 'acme', 'p' || n, '', '{}' from generate_series(1, ${TASKS}) n`);
  await fill(client, 'blocked', false);
  await fill(client, 'coder', true);
  await tell(client);
  await client.query("load 'auto_explain'");
  await client.query(`set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off; set auto_explain.log_format = json; set auto_explain.log_level = notice`);
  client.on('notice', ({ message }) => plans.push(message ?? ''));
}, SLOW);

afterAll(async () => {
  await client?.end();
  await dispatcher?.close();
  await postgres?.stop();
}, SLOW);

async function fill(session: Client, agent: string, ready: boolean): Promise<void> {
  await session.query(
    `with t as (insert into task (id, org, address, project, digest, title, state, priority, budget, attempts)
      select gen_random_uuid(), 'acme', 'acme/${agent}', 'p' || n, '', 'A task', 'open', 0, 0, 3 from generate_series(1, ${TASKS}) n returning id, seq)
    insert into queue (task, seq, address, priority, amount, ready) select id, seq, 'acme/${agent}', 0, 0, ${ready} from t`,
  );
  await session.query(`update agent set ${ready ? 'running' : 'queued'} = ${TASKS} where name = $1`, [agent]);
  if (ready) await session.query(`update org set running = ${TASKS}`);
}

/** One task of which there is much to read. */
async function tell(session: Client): Promise<void> {
  await session.query(
    `insert into event (org, task, attempt, kind, seq) select 'acme', '${TOLD}', 1, 'progress', n from generate_series(1, ${TASKS}) n`,
  );
  await session.query(
    `insert into log (task, attempt, seq, stream, text, late) select '${TOLD}', 1, n, 'stdout', 'x', false from generate_series(1, ${TASKS}) n`,
  );
  await session.query(
    `insert into task (id, org, address, digest, title, state, priority, budget, attempts, ended_at, reason)
      values ('${TOLD}', 'acme', 'acme/coder', '', 'A task', 'failed', 0, 0, 3, clock_timestamp(), 'No')`,
  );
}

/** The tables that a call reads whole, or from which it reads many more rows than it needs. */
async function wasteOf(text: string, values: unknown[]): Promise<{ answer: unknown; waste: string[] }> {
  if (client === undefined) throw new Error('There is no client');
  plans.length = 0;
  const { rows } = await client.query<{ answer: unknown }>(text, values);
  const found = plans
    .filter((plan) => plan.includes('"Plan"'))
    .map((plan) => (JSON.parse(plan.slice(plan.indexOf('{'))) as { Plan: Plan }).Plan);
  expect(found.length).toBeGreaterThan(0);
  return { answer: rows[0]?.answer, waste: found.flatMap(findWaste) };
}

function findWaste(plan: Plan): string[] {
  const {
    'Node Type': type,
    'Relation Name': table,
    'Actual Rows': rows = 0,
    'Rows Removed by Filter': removed = 0,
    Plans: inner = [],
  } = plan;
  const own =
    table !== undefined && (/^Seq|Hash|Merge/.test(type) || rows + removed > 2000)
      ? [`${type} of ${table}: ${rows} + ${removed} rows`]
      : [];
  return [...own, ...inner.flatMap(findWaste)];
}

it.each(['stale', 'fresh'])('looks every row up by its key with %s statistics', { timeout: SLOW }, async (statistics) => {
  if (statistics === 'fresh') await client?.query('analyze');
  const id = crypto.randomUUID();
  const plain = { at: 0, id, org: 'acme', agent: 'coder', digest: 'd', title: 'A task', key: id, budget: 5 };
  const scheduled = await wasteOf('select schedule_plain($1) as answer', [JSON.stringify([plain])]);
  expect(scheduled.waste).toEqual([]);
  const graph = { org: 'acme', tasks: [{ ...plain, id: crypto.randomUUID(), key: undefined, project: 'p7', needs: [{ task: id }] }] };
  expect((await wasteOf('select schedule_graphs($1) as answer', [JSON.stringify([graph])])).waste).toEqual([]);
  const claimed = await wasteOf('select claim($1, $2) as answer', [
    ['acme/coder', 'acme/blocked'],
    [50, 50],
  ]);
  expect(claimed.waste).toEqual([]);
  const claims = claimed.answer as Claim[];
  expect(claims).toHaveLength(50);
  const project = claims.findLast((claim) => claim.project !== undefined)?.project?.name;
  expect((await wasteOf('select write_project($1, $2, $3, null, 99) as answer', ['acme', project, '{"title":"T"}'])).waste).toEqual([]);
  const fences = claims.map(({ fence }, at) => ({ ...fence, at }));
  expect((await wasteOf('select beat($1) as answer', [JSON.stringify(fences)])).waste).toEqual([]);
  expect((await wasteOf('select start($1) as answer', [JSON.stringify(fences)])).waste).toEqual([]);
  const chunks = fences.map((fence) => ({ ...fence, seq: 0, stream: 'stdout', text: 'x' }));
  expect((await wasteOf('select append_log($1) as answer', [JSON.stringify(chunks)])).waste).toEqual([]);
  const reports = fences.map((fence, i) => ({
    ...fence,
    outcome: i % 2 === 0 ? 'succeeded' : 'failed',
    retry: true,
    reason: 'No',
    cost: 1,
    usage: [{ model: 'm', inputTokens: 1, outputTokens: 1, cost: 1 }],
  }));
  expect((await wasteOf('select complete($1) as answer', [JSON.stringify(reports)])).waste).toEqual([]);
  for (const due of ['wake', 'watch_approvals']) expect((await wasteOf(`select ${due}(100) as answer`, [])).waste).toEqual([]);
  const [parent] = (await wasteOf('select claim($1, $2) as answer', [['acme/coder'], [1]])).answer as Claim[];
  const below = { ...plain, id: crypto.randomUUID(), key: undefined, parent: parent?.fence.task };
  await client?.query('update task set sub_count = 9, sub_depth = 1 where id = $1', [parent?.fence.task]);
  await client?.query('select schedule_graphs($1)', [JSON.stringify([{ org: 'acme', tasks: [below] }])]);
  const waits = { ...parent?.fence, at: 0, outcome: 'waiting', wait: { for: 'tasks', tasks: [below.id] } };
  const waited = await wasteOf('select wait_for_tasks($1) as answer', [JSON.stringify([waits])]);
  expect(waited).toEqual({ answer: [{ outcome: 'recorded', state: 'waiting' }], waste: [] });
  expect((await wasteOf('select retry($1, $2, $3) as answer', ['acme', TOLD, 'ann'])).waste).toEqual([]);
  await client?.query("select cancel('acme', $1, 'No')", [TOLD]);
  expect((await wasteOf('select claim_fair($1, 5) as answer', [['acme/coder', 'acme/blocked']])).waste).toEqual([]);
  expect((await wasteOf('select cancel($1, $2, $3) as answer', ['acme', id, 'No'])).waste).toEqual([]);
});

it.each(['stale', 'fresh'])('reads no more than it shows behind the wall with %s statistics', { timeout: SLOW }, async (statistics) => {
  if (statistics === 'fresh') await client?.query('analyze');
  const store: Pick<Store, 'read'> = {
    read: async <Row>(text: string, values: readonly unknown[]) => {
      const { answer, waste } = await wasteOf(text, [...values]);
      expect(waste).toEqual([]);
      return answer === undefined ? [] : [answer as Row];
    },
  };
  const { rows } = (await client?.query<{ tx: string; id: string }>(
    'select tx::text, id::text from event where seq = 19990 order by id limit 1',
  )) ?? { rows: [] };
  const { rows: lines } = (await client?.query<{ tx: string; id: string }>('select tx::text, id::text from log where seq = 19990')) ?? {
    rows: [],
  };
  const [event, line] = [rows[0], lines[0]].map((found) => `${found?.tx}-${found?.id}`);
  await client?.query("set role fleetwright_org; set fleetwright.org = 'acme'");
  try {
    const reads = new Reads(store as Store);
    await reads.task('acme', TOLD);
    await reads.tasks('acme', { limit: 100 });
    await reads.events('acme', { after: event ?? '', limit: 100 });
    await reads.log('acme', TOLD, { after: line ?? '', limit: 100 });
    await reads.isCut('acme', event ?? '');
    await reads.questions('acme', { open: true, limit: 100 });
    const projects = new Projects(store as Store);
    await projects.list('acme', { after: 'p5', limit: 100 });
    await projects.see('acme', 'p7');
  } finally {
    await client?.query('reset role');
  }
});

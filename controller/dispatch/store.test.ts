import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Refusal } from '../contract/wire/index.ts';
import { doDueWork } from './background.ts';
import { Dispatcher } from './dispatcher.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite-store.ts';
import { openPostgres } from './postgres-store.ts';
import type { Store } from './store.ts';
import { startPostgres, type TestPostgres } from './testing/index.ts';

const SLOW = 120_000;
const CHILD = fileURLToPath(new URL('./testing/crash-child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fleetwright-store-'));
let postgres: TestPostgres | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
}, SLOW);

afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, SLOW);

async function open(kind: string, where: string): Promise<Store> {
  return kind === 'pglite' ? openPglite(where) : openPostgres({ url: where });
}

function placeOf(kind: string): string {
  return kind === 'pglite' ? join(folder, 'crash') : (postgres?.url ?? '');
}

describe.each(['pglite', 'postgres'])('A %s store', (kind) => {
  it('loses nothing that was acknowledged when its program is killed', { timeout: SLOW }, async () => {
    const where = placeOf(kind);
    const told = { scheduled: new Set<string>(), ended: new Set<string>() };
    for (let kill = 0; kill < 3; kill += 1) {
      await killAfter(300, kind, where, told);
    }
    const store = await open(kind, where);
    const dispatcher = await Dispatcher.open(store);
    await store.read("update lease set until = clock_timestamp() - interval '1 second' returning null", []);
    await doDueWork(store);
    await store.read('update task set due = clock_timestamp() where due is not null returning null', []);
    await doDueWork(store);
    for (;;) {
      const claims = await dispatcher.claim('acme', { agents: ['coder'], count: 500 });
      if (claims.length === 0) break;
      await Promise.all(claims.map(async ({ fence }) => dispatcher.complete({ fence, outcome: 'succeeded' })));
    }
    const succeeded = new Set(await store.read<string>("select id::text from task where state = 'succeeded'", []));
    const double = await store.read(
      "select task from event where kind = 'ended' and data ->> 'state' = 'succeeded' group by task having count(*) > 1",
      [],
    );
    const counters = await store.read('select running from org', []);
    await dispatcher.close();
    expect(told.scheduled.size).toBeGreaterThan(300);
    expect([...told.scheduled, ...told.ended].filter((task) => !succeeded.has(task))).toEqual([]);
    expect(double).toEqual([]);
    expect(counters).toEqual([0]);
  });

  it('is brought up to date by many at once, again and again', { timeout: SLOW }, async () => {
    const store = await open(kind, placeOf(kind));
    await store.migrate(async (session) => session.run('drop schema fleetwright cascade'));
    await Promise.all([migrate(store), migrate(store), migrate(store)]);
    await migrate(store);
    expect(await store.read('select version from schema_version', [])).toEqual([1]);
    await store.close();
  });

  it('of a newer program is refused, and a failed migration leaves nothing behind', { timeout: SLOW }, async () => {
    const store = await open(kind, placeOf(kind));
    const failing = store.migrate(async (session) => {
      await session.run('create table half ()');
      throw new Error('The power is gone');
    });
    await expect(failing).rejects.toThrow('The power is gone');
    expect(await store.read("select to_regclass('half') is null", [])).toEqual([true]);
    await store.read("insert into schema_version values (99, '') returning null", []);
    await expect(migrate(store)).rejects.toThrow(
      'The database has schema 99, and this program knows schemas up to 1; run the newer program, or restore a backup from before its first start',
    );
    await store.read('delete from schema_version where version = 99 returning null', []);
    await store.close();
  });
});

describe('A PostgreSQL store', () => {
  it('that acknowledges before it has written is refused', { timeout: SLOW }, async () => {
    const url = `${postgres?.url}?options=-c%20synchronous_commit%3Doff`;
    await expect(openPostgres({ url })).rejects.toThrow(
      "The database has 'synchronous_commit' switched off, so tasks that were acknowledged could be lost; switch it on",
    );
  });

  it('that stops and starts again loses nothing and ends no program', { timeout: SLOW }, async () => {
    const server = await startPostgres();
    const dispatcher = await Dispatcher.open(await openPostgres({ url: server.url }));
    await dispatcher.applyFleet({ contract: '1.0', orgs: { acme: { agents: { coder: { mode: 'pool' } } } } });
    const acknowledged: string[] = [];
    let heard = 0;
    await dispatcher.store.listen('probe', () => (heard += 1));
    const codes = new Set<unknown>();
    const stop = new AbortController();
    const caller = async () => {
      while (!stop.signal.aborted) {
        await dispatcher.schedule('acme', { tasks: [{ agent: 'coder', title: 'A task' }] }).then(
          ([scheduled]) => acknowledged.push(scheduled?.task ?? ''),
          (error: unknown) => codes.add(error instanceof Refusal ? error.code : error),
        );
      }
    };
    const callers = [1, 2, 3, 4].map(caller);
    for (let i = 0; i < 3; i += 1) {
      await server.restart();
      const before = acknowledged.length;
      await vi.waitUntil(() => acknowledged.length > before, { timeout: 10_000 });
    }
    stop.abort();
    await Promise.all(callers);
    expect([...codes]).toEqual(['FW_UNAVAILABLE']);
    const kept = new Set(await dispatcher.store.read<string>('select id::text from task', []));
    expect(acknowledged.filter((task) => !kept.has(task))).toEqual([]);
    const hears = async () => {
      await dispatcher.store.read("select null from pg_notify('probe', 'x')", []);
      return heard > 0;
    };
    await vi.waitUntil(hears, { timeout: 10_000 });
    await dispatcher.close();
    await server.stop();
  });

  it('serves two programs at once, which together pass no limit', { timeout: SLOW }, async () => {
    const url = postgres?.url ?? '';
    const programs = [await Dispatcher.open(await openPostgres({ url })), await Dispatcher.open(await openPostgres({ url }))];
    const orgs = ['red', 'green', 'blue'];
    const agents = { coder: { mode: 'pool', taskBudget: 10 }, tester: { mode: 'pool', taskBudget: 10, maxRunning: 2 } } as const;
    const org = { agents, maxRunning: 3, budgets: [{ limit: 5000, window: 'day' } as const] };
    await programs[0]?.applyFleet({ contract: '1.0', orgs: Object.fromEntries(orgs.map((name) => [name, org])) });
    const ended: string[] = [];
    const running = new Map<string, number>();
    let most = 0;
    const caller = async (dispatcher: Dispatcher, name: string, agent: string) => {
      for (let i = 0; i < 10; i += 1) await dispatcher.schedule(name, { tasks: [{ agent, title: 'A task' }] });
      for (;;) {
        const claims = await dispatcher.claim(name, { agents: [agent], count: 2, waitSeconds: 1 });
        running.set(name, (running.get(name) ?? 0) + claims.length);
        most = Math.max(most, running.get(name) ?? 0);
        for (const { fence } of claims) {
          // What is given back is free for others before this hears of it.
          running.set(name, (running.get(name) ?? 0) - 1);
          const answer = await dispatcher.complete({
            fence,
            outcome: 'succeeded',
            usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost: 10 }],
          });
          if (answer.outcome === 'recorded') ended.push(fence.task);
        }
        if (ended.length >= 10 * 2 * 2 * orgs.length * 3) return;
      }
    };
    const places = programs.flatMap((dispatcher) =>
      orgs.flatMap((name) => ['coder', 'tester'].map((agent) => ({ dispatcher, name, agent }))),
    );
    await Promise.all([1, 2, 3].flatMap(() => places.map(async ({ dispatcher, name, agent }) => caller(dispatcher, name, agent))));
    expect(most).toBeLessThanOrEqual(3);
    expect(new Set(ended).size).toBe(ended.length);
    const counters = await programs[0]?.store.read<unknown>(
      'select json_build_array(name, running) from org where name = any($1) order by name',
      [orgs],
    );
    expect(counters).toEqual([
      ['blue', 0],
      ['green', 0],
      ['red', 0],
    ]);
    const spent = await programs[0]?.store.read<unknown>('select json_build_array(spent, reserved) from budget where owner = any($1)', [
      orgs,
    ]);
    expect(spent).toEqual(orgs.map(() => [1200, 0]));
    await Promise.all(programs.map(async (program) => program.close()));
  });

  it('that cannot be reached is a refusal that says so', async () => {
    await expect(openPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
  });
});

describe('The folder of an embedded store', () => {
  it('is used by one process at a time, and names it', { timeout: SLOW }, async () => {
    const used = join(folder, 'used');
    const unlock = lockFolder(used);
    expect(() => lockFolder(used)).toThrow(
      `The folder '${used}' is used by process ${process.pid}; an embedded database serves one process only. Stop that process, or use PostgreSQL`,
    );
    const other = spawn(process.execPath, [CHILD, 'pglite', used], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    let said = '';
    other.stderr.on('data', (data: Buffer) => (said += data.toString()));
    expect(await exitOf(other)).toBe(1);
    expect(said).toContain(`is used by process ${process.pid}`);
    unlock();
    lockFolder(used)();
  });

  it('is taken over from a process that is gone, even if its number is used again', () => {
    const left = join(folder, 'left');
    lockFolder(left)();
    for (const holder of ['2147483646 1', `${process.ppid} 1`, '', `${process.pid} 1`]) {
      writeFileSync(join(left, 'lock'), holder);
      expect(lockFolder(left)).not.toThrow();
    }
  });
});

async function killAfter(count: number, kind: string, where: string, told: Record<string, Set<string>>): Promise<void> {
  const child = spawn(process.execPath, [CHILD, kind, where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let left = count;
  createInterface(child.stdout).on('line', (line) => {
    const [what = '', task = ''] = line.split(' ');
    told[what]?.add(task);
    left -= 1;
    if (left === 0) child.kill('SIGKILL');
  });
  expect(await exitOf(child)).toBe('SIGKILL');
}

async function exitOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
}

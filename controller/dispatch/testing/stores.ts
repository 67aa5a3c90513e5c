import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe } from 'vitest';
import {
  type Claim,
  ClaimSchema,
  CONTRACT_VERSION,
  EventSchema,
  type FleetOrg,
  type NewTask,
  type Task,
  TaskSchema,
} from '../../contract/wire/index.ts';
import { doDueWork } from '../background.ts';
import { Dispatcher } from '../dispatcher.ts';
import { openPglite } from '../pglite-store.ts';
import { openPostgres } from '../postgres-store.ts';
import { Reads } from '../reads.ts';
import type { Store } from '../store.ts';
import { startPostgres } from './postgres.ts';

/** An org of a test's own, and short ways to do things in it. */
export class TestOrg {
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly reads: Reads;

  constructor(name: string, dispatcher: Dispatcher) {
    this.name = name;
    this.dispatcher = dispatcher;
    this.reads = new Reads(dispatcher.store);
  }

  /** Schedules one task of agent `coder`, and gives its id. */
  async task(task: Partial<NewTask> = {}): Promise<string> {
    const who = task.skills === undefined ? { agent: 'coder' } : {};
    const [scheduled] = await this.dispatcher.schedule(this.name, { tasks: [{ ...who, title: 'A task', ...task }] });
    if (scheduled === undefined) throw new Error('Nothing was scheduled');
    return scheduled.task;
  }

  /** Schedules a graph and gives the ids. */
  async graph(...tasks: Partial<NewTask>[]): Promise<string[]> {
    const scheduled = await this.dispatcher.schedule(this.name, {
      tasks: tasks.map((task) => ({ agent: 'coder', title: task.key ?? 'A task', ...task })),
    });
    return scheduled.map(({ task }) => task);
  }

  async claim(count = 1, agent = 'coder'): Promise<Claim[]> {
    return checked(CLAIMS, await this.dispatcher.claim(this.name, { agents: [agent], count }));
  }

  /** Claims the one task that there must be. */
  async claimOne(agent = 'coder'): Promise<Claim> {
    const [claim] = await this.claim(1, agent);
    if (claim === undefined) throw new Error(`There is no work for '${agent}'`);
    return claim;
  }

  async succeed({ fence }: Claim, result: unknown = null): Promise<void> {
    await this.dispatcher.complete({ fence, outcome: 'succeeded', result });
  }

  async see(task: string): Promise<Task> {
    const seen = await this.reads.task(this.name, task);
    if (seen === undefined) throw new Error(`There is no task ${task}`);
    return checked(TASK, seen);
  }

  async states(...tasks: string[]): Promise<string[]> {
    return Promise.all(tasks.map(async (task) => (await this.see(task)).state));
  }

  /** Kinds of what happened to a task, in order. */
  async history(task: string): Promise<string[]> {
    return checked(EVENTS, await this.reads.events(this.name, { task, limit: 1000 })).map(({ kind }) => kind);
  }

  /** Lets the leases of the org end now. */
  async loseLeases(): Promise<void> {
    await this.dispatcher.store.read("update lease set until = clock_timestamp() - interval '1 second' where org = $1 returning null", [
      this.name,
    ]);
    await doDueWork(this.dispatcher.store);
  }

  /** Lets what waits for a time have it now. */
  async passTime(): Promise<void> {
    const { store } = this.dispatcher;
    await store.read('update task set due = clock_timestamp(), not_before = null where org = $1 and due is not null returning null', [
      this.name,
    ]);
    await store.read('update question set expires_at = clock_timestamp() where org = $1 and expires_at is not null returning null', [
      this.name,
    ]);
    await doDueWork(store);
  }

  /** What the counters say, next to what they should. */
  async counters(): Promise<unknown> {
    const [counters] = await this.dispatcher.store.read(
      `select json_build_object(
        'org', (select running from org where name = $1), 'agents', (select coalesce(sum(running), 0) from agent where org = $1),
        'ready', (select count(*) from queue join agent using (address) where org = $1 and ready) + (select count(*) from lease where org = $1),
        'queued', (select coalesce(sum(queued), 0) from agent where org = $1), 'behind', (select count(*) from queue join agent using (address) where org = $1 and not ready),
        'reserved', (select coalesce(sum(reserved), 0) from budget where owner = $1),
        'held', (select coalesce(sum(amount), 0) from (select q.amount, address from queue q where ready union all select l.amount, address from lease l) h join agent using (address) where org = $1))`,
      [this.name],
    );
    return counters;
  }
}

const CLAIMS = Compile(Type.Array(ClaimSchema));
const EVENTS = Compile(Type.Array(EventSchema));
const TASK = Compile(TaskSchema);

/** Refuses what is not as the contract says. */
function checked<T>(schema: { readonly Errors: (value: unknown) => Iterable<unknown> }, value: T): T {
  const errors = [...schema.Errors(value)];
  if (errors.length > 0) throw new Error(`Not as in the contract: ${JSON.stringify(errors)} in ${JSON.stringify(value)}`);
  return value;
}

const CODER = { mode: 'pool' } as const;

/** Runs the same tests on both databases. */
export function describeStores(what: string, tests: (anOrg: (spec?: Partial<FleetOrg>) => Promise<TestOrg>) => void): void {
  describe.each(['pglite', 'postgres'] as const)(`${what} on %s`, (kind) => {
    let dispatcher: Dispatcher | undefined;
    let stop: () => Promise<void> = async () => undefined;
    const orgs: Record<string, FleetOrg> = {};

    beforeAll(async () => {
      const server = kind === 'postgres' ? await startPostgres() : undefined;
      stop = async () => server?.stop();
      const store: Store = server === undefined ? await openPglite() : await openPostgres({ url: server.url });
      dispatcher = await Dispatcher.open(store);
    }, 120_000);

    afterAll(async () => {
      await dispatcher?.close();
      await stop();
    }, 60_000);

    tests(async (spec = {}) => {
      if (dispatcher === undefined) throw new Error('The store is not open');
      const name = `org-${Object.keys(orgs).length + 1}`;
      orgs[name] = { agents: { coder: CODER }, ...spec };
      await dispatcher.applyFleet({ contract: CONTRACT_VERSION, orgs });
      return new TestOrg(name, dispatcher);
    });
  });
}

/** A queue as one writes it in SQL without Fleetwright: one table, no addresses, no limits, no record of what happened. */
export interface PlainQueue {
  fill(count: number): Promise<void>;
  /** Claims a row and completes it, each in a transaction of its own. @returns whether there was one */
  once(): Promise<boolean>;
}

/** Runs a named statement and answers its rows. */
export type Query = (name: string, text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

const TABLE = `create table if not exists plain_queue (id bigint generated always as identity primary key, queue text not null, priority int not null,
  state text not null default 'ready', attempt int not null default 0, data json, result json) with (fillfactor = 80);
  create index if not exists plain_ready on plain_queue (queue, priority desc, id) where state = 'ready'`;

const FILL = `insert into plain_queue (queue, priority, data)
  select 'q', i % 4, json_build_object('text', repeat('x', 300)) from generate_series(1, $1::int) i returning null`;

const CLAIM = `update plain_queue set state = 'active', attempt = attempt + 1 where id = (select id from plain_queue where queue = $1 and state = 'ready'
  order by priority desc, id limit 1 for update skip locked) returning id, attempt, data`;

const COMPLETE = "update plain_queue set state = 'done', result = $3 where id = $1 and attempt = $2 and state = 'active' returning id";

/** Makes the table. */
export async function openPlainQueue(query: Query, run: (text: string) => Promise<unknown>): Promise<PlainQueue> {
  await run(TABLE);
  return {
    async fill(count) {
      await query('plain_fill', FILL, [count]);
    },
    async once() {
      const [row] = await query('plain_claim', CLAIM, ['q']);
      if (row === undefined) return false;
      await query('plain_complete', COMPLETE, [row['id'], row['attempt'], '{"ok":true}']);
      return true;
    },
  };
}

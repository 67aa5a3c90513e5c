import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool, type PoolClient } from 'pg';
import { Refusal } from '../contract/wire/index.ts';
import {
  MIGRATION_LOCK,
  retryDeadlocks,
  type Scope,
  SESSION_SETTINGS,
  type Session,
  sqlState,
  type Store,
  toCall,
  WALLED_ROLE,
} from './store.ts';

/** Options of `openPostgres`. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;

  /**
   * Connections at most, besides the one that listens and up to four for what is about one org. More transactions at once make each slower.
   *
   * @default 8
   */
  readonly connections?: number;
}

const RECONNECT_MS = 500;

const WALLED_CONNECTIONS = 4;

/**
 * A PostgreSQL database, 15 or later.
 *
 * @throws Refusal FW_UNAVAILABLE if it cannot be reached; Error if it acknowledges before it has written
 */
export async function openPostgres({ url, connections = 8 }: PostgresOptions): Promise<Store> {
  const { server, options } = withSettings(url);
  const connection = { connectionString: server, options, keepAlive: true, connectionTimeoutMillis: 5000, application_name: 'fleetwright' };
  const pool = new Pool({ ...connection, max: connections });
  const walled = new Pool({ ...connection, options: `${options} -c role=${WALLED_ROLE}`, max: Math.min(connections, WALLED_CONNECTIONS) });
  // Without these, a connection that breaks ends the program: while it is idle, and while it is used.
  for (const each of [pool, walled]) each.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  const store = new PostgresStore(pool, walled, () => new Client(connection));
  try {
    await store.refuseForgetful();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return store;
}

/** Options of the URL would take the place of ours. */
function withSettings(url: string): { readonly server: string; readonly options: string } {
  const server = new URL(url);
  const own = server.searchParams.get('options') ?? '';
  server.searchParams.delete('options');
  const ours = Object.entries(SESSION_SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  return { server: server.href, options: [own, ...ours].join(' ').trim() };
}

class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly #pool: Pool;
  readonly #walled: Pool;
  readonly #connect: () => Client;
  readonly #ends = new Set<() => Promise<void>>();

  constructor(pool: Pool, walled: Pool, connect: () => Client) {
    this.#pool = pool;
    this.#walled = walled;
    this.#connect = connect;
  }

  async call<Answer>(name: string, values: readonly unknown[], { term, org }: Scope = {}): Promise<Answer> {
    const query = toCall(name, values, term);
    const result = await reached(async () =>
      retryDeadlocks(async () => this.#query(async (connection) => connection.query<{ answer: Answer }>(query), org)),
    );
    const [row] = result.rows;
    if (row === undefined) throw new Error(`The function '${name}' of the database answered nothing`);
    return row.answer;
  }

  async read<Row>(text: string, values: readonly unknown[], org?: string): Promise<Row[]> {
    const result = await reached(async () =>
      this.#query(async (connection) => connection.query<[Row]>({ text, values: [...values], rowMode: 'array' }), org),
    );
    return result.rows.map(([row]) => row);
  }

  /** What is about one org has connections of its own: plans depend on the role, and would be made anew each time that it changes. */
  async #query<Result>(run: (connection: Pool | PoolClient) => Promise<Result>, org?: string): Promise<Result> {
    if (org === undefined) return run(this.#pool);
    const client = await this.#walled.connect();
    try {
      await client.query({ name: 'org', text: "select set_config('fleetwright.org', $1, false)", values: [org] });
      return await run(client);
    } finally {
      client.release();
    }
  }

  async migrate(run: (session: Session) => Promise<void>): Promise<void> {
    const client = await reached(async () => this.#pool.connect());
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      await run(toSession(client));
      await client.query('commit');
      client.release();
    } catch (error) {
      // The transaction is gone with its connection.
      client.release(true);
      throw error;
    }
  }

  async listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    let client: Client | undefined;
    const over = new AbortController();
    const connect = async () => {
      const next = this.#connect();
      next.on('notification', ({ payload }) => hear(payload ?? ''));
      next.on('error', () => undefined);
      await next.connect();
      await next.query(`listen ${channel}`);
      next.on('end', () => void reconnect());
      client = next;
      if (over.signal.aborted) await next.end();
    };
    const reconnect = async () => {
      while (!over.signal.aborted) {
        try {
          // Until the database is back.
          await sleep(RECONNECT_MS, undefined, { signal: over.signal });
          await connect();
          return;
        } catch {
          // Not back yet, or nobody listens any more.
        }
      }
    };
    await reached(connect);
    const end = async () => {
      over.abort();
      this.#ends.delete(end);
      await client?.end();
    };
    this.#ends.add(end);
    return end;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ends].map(async (end) => end()));
    await Promise.all([this.#pool.end(), this.#walled.end()]);
  }

  /** What is acknowledged must have been written to disk. */
  async refuseForgetful(): Promise<void> {
    const query = "select name from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting = 'off'";
    const { rows } = await reached(async () => this.#pool.query<{ name: string }>(query));
    if (rows.length === 0) return;
    const names = rows.map(({ name }) => `'${name}'`).join(' and ');
    throw new Error(`The database has ${names} switched off, so tasks that were acknowledged could be lost; switch it on`);
  }
}

function toSession(client: PoolClient): Session {
  return {
    run: async (text) => void (await client.query(text)),
    rows: async <Row>(text: string, values: readonly unknown[]) =>
      (await client.query<[Row]>({ text, values: [...values], rowMode: 'array' })).rows.map(([row]) => row),
  };
}

/** Classes of errors that pass: connections, resources, an operator's stop. */
const PASSING = /^(08|53|57)/;

async function reached<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const state = sqlState(error);
    if (state !== undefined && !PASSING.test(state)) throw error;
    throw new Refusal('FW_UNAVAILABLE', 'The database cannot be reached now; try again', { cause: error });
  }
}

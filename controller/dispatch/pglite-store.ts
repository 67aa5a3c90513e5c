import type { PGlite, Transaction } from '@electric-sql/pglite';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';
import { retryDeadlocks, type Scope, SESSION_SETTINGS, type Session, type Store, toCall } from './store.ts';

/**
 * A database within this process, for development, tests and demonstrations. It survives the end of the process, however sudden, but may not
 * survive a power cut, as it never waits for the disk.
 *
 * @param folder where it lives; made if it is missing; `undefined` for one that is forgotten
 * @throws Error if another process uses the folder
 */
export async function openPglite(folder?: string): Promise<Store> {
  const unlock = folder === undefined ? () => undefined : lockFolder(folder);
  try {
    // Not loaded where PostgreSQL is used.
    const { PGlite: Database } = await import('@electric-sql/pglite');
    const database = await Database.create(folder === undefined ? {} : { dataDir: join(folder, 'data') });
    await database.exec(
      Object.entries(SESSION_SETTINGS)
        .map(([name, value]) => `set ${name} = ${value}`)
        .join(';'),
    );
    return new PgliteStore(database, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class PgliteStore implements Store {
  readonly kind = 'pglite';
  readonly #database: PGlite;
  readonly #unlock: () => void;

  constructor(database: PGlite, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  async call<Answer>(name: string, values: readonly unknown[], { term }: Scope = {}): Promise<Answer> {
    const call = toCall(name, values, term);
    const result = await retryDeadlocks(async () => this.#database.query<{ answer: Answer }>(call.text, call.values));
    const [row] = result.rows;
    if (row === undefined) throw new Error(`The function '${name}' of the database answered nothing`);
    return row.answer;
  }

  async read<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#database, text, values);
  }

  async migrate(run: (session: Session) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (transaction) => run(toSession(transaction)));
  }

  async listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#database.listen(channel, hear);
  }

  async close(): Promise<void> {
    await this.#database.close();
    this.#unlock();
  }
}

function toSession(transaction: Transaction): Session {
  return {
    run: async (text) => void (await transaction.exec(text)),
    rows: async (text, values) => rowsOf(transaction, text, values),
  };
}

async function rowsOf<Row>(database: Pick<Transaction, 'query'>, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await database.query<[Row]>(text, [...values], { rowMode: 'array' });
  return rows.map(([row]) => row);
}

import { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import { Dispatcher, openPglite, openPostgres } from '../../controller/dispatch/index.ts';
import { anEstate } from './estate.ts';
import { openPlainQueue, type PlainQueue } from './plain-queue.ts';

/** Which database. */
export type StoreName = 'PostgreSQL' | 'PGlite';

/** Connections of the plain queue, as many as serve it best. */
const CONNECTIONS = 16;

/** The engine and a plain queue, both in this process, on databases of one kind. */
export interface Engines {
  readonly dispatcher: Dispatcher;
  readonly plain: PlainQueue;
  close(): Promise<void>;
}

/** @param url of a PostgreSQL server; an embedded database without */
export async function openEngines(url: string | undefined): Promise<Engines> {
  const dispatcher = await Dispatcher.open(url === undefined ? await openPglite() : await openPostgres({ url }));
  await dispatcher.applyFleet(anEstate());
  const { plain, close } = url === undefined ? await plainOnPglite() : await plainOnPostgres(url);
  return {
    dispatcher,
    plain,
    async close() {
      await close();
      await dispatcher.close();
    },
  };
}

interface Plain {
  readonly plain: PlainQueue;
  readonly close: () => Promise<void>;
}

async function plainOnPglite(): Promise<Plain> {
  const database = await PGlite.create();
  const query = async (_: string, text: string, values: readonly unknown[]) =>
    (await database.query<Record<string, unknown>>(text, [...values])).rows;
  return { plain: await openPlainQueue(query, async (text) => database.exec(text)), close: async () => database.close() };
}

async function plainOnPostgres(url: string): Promise<Plain> {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  // The server may end before its connections do.
  pool.on('error', () => undefined);
  const query = async (name: string, text: string, values: readonly unknown[]) =>
    (await pool.query<Record<string, unknown>>({ name, text, values: [...values] })).rows;
  return { plain: await openPlainQueue(query, async (text) => pool.query(text)), close: async () => pool.end() };
}

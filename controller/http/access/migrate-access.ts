import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../dispatch/index.ts';

/** Changes of the tables of this folder, oldest first. What has been released is never edited; a change is a new file at the end. */
const MIGRATIONS = ['access-tables.sql'];

/**
 * Brings the tables for tokens and for the audit log up to date, after the dispatcher has made its own. Safe to run at each start, and by several
 * programs at once.
 *
 * @throws Error if a newer program has been here
 */
export async function migrateAccess(store: Store): Promise<void> {
  await store.migrate(async (session) => {
    await session.run('create table if not exists access_version (version int primary key)');
    const [version = 0] = await session.rows<number>('select coalesce(max(version), 0) from access_version', []);
    if (version > MIGRATIONS.length)
      throw new Error(
        `The database has access tables of version ${version}, and this program knows ${MIGRATIONS.length}; run the newer program`,
      );
    for (const [at, file] of MIGRATIONS.entries()) {
      if (at < version) continue;
      // In order.
      await session.run(readFileSync(join(import.meta.dirname, file), 'utf8'));
      // One after the other.
      await session.rows('insert into access_version (version) values ($1) returning null', [at + 1]);
    }
  });
}

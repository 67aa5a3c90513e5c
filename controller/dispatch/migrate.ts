import { createHash } from 'node:crypto';
import { functions, migrations } from './sql/files.ts';
import { SCHEMA, type Store } from './store.ts';

/**
 * Brings the database to this program's schema: new tables by migrations that are made once, in order, then the functions, if they differ. Safe to
 * run at each start and by several programs at once: all of it happens, or nothing.
 *
 * @throws Error if a newer program has been here, which this one would not understand
 */
export async function migrate(store: Store): Promise<void> {
  await store.migrate(async (session) => {
    await session.run(`create schema if not exists ${SCHEMA};
      create table if not exists schema_version (version int primary key, functions text not null, at timestamptz not null default clock_timestamp())`);
    const [current] = await session.rows<{ version: number; functions: string }>(
      'select to_json(v) from schema_version v order by version desc limit 1',
      [],
    );
    const version = current?.version ?? 0;
    if (version > migrations.length) {
      throw new Error(
        `The database has schema ${version}, and this program knows schemas up to ${migrations.length}; run the newer program, or restore a backup from before its first start`,
      );
    }
    const code = functions();
    const digest = createHash('sha256').update(code).digest('hex');
    if (version === migrations.length && current?.functions === digest) return;
    for (const migration of migrations.slice(version)) {
      // In order.
      await session.run(migration());
    }
    await session.run(code);
    await session.rows(
      'insert into schema_version (version, functions) values ($1, $2) on conflict (version) do update set functions = excluded.functions returning null',
      [migrations.length, digest],
    );
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Dispatcher } from './dispatcher.ts';
import { openPostgres } from './postgres-store.ts';
import { startPostgres } from './testing/index.ts';

it.each([undefined, 'acme'])(
  'A call that is under way when PostgreSQL crashes is told so, and the next one works (org %s)',
  { timeout: 120_000 },
  async (org) => {
    const postgres = await startPostgres();
    const dispatcher = await Dispatcher.open(await openPostgres({ url: postgres.url }));
    onTestFinished(async () => {
      await dispatcher.close();
      await postgres.stop();
    });
    const { store } = dispatcher;
    const asked = store.read('select to_json(pg_sleep(60)::text)', [], org).catch((error: unknown) => error);
    await sleep(500);
    await postgres.restart('SIGQUIT');
    expect(await asked).toMatchObject({ code: 'FW_UNAVAILABLE' });
    expect(await store.read('select to_json(1)', [], org)).toEqual([1]);
  },
);

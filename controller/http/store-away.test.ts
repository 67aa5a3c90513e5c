import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../dispatch/index.ts';
import { startPostgres, type TestPostgres } from '../dispatch/testing/index.ts';
import { openApi, type TestApi } from './testing/index.ts';

describe('On PostgreSQL, the API', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  let api: TestApi;
  let isStopped = false;
  beforeAll(async () => {
    postgres = await startPostgres();
    api = await openApi({}, await openPostgres({ url: postgres.url }));
  }, 120_000);
  afterAll(async () => {
    await api.close();
    if (!isStopped) await postgres.stop();
  });

  it('works as on the embedded database', async () => {
    const task = await api.task();
    const { fence } = await api.claim();
    const completions = [{ fence, outcome: 'succeeded' }];
    expect((await api.call('worker', 'POST', '/completions', { completions })).body).toMatchObject({ answers: [{ outcome: 'recorded' }] });
    expect((await api.call('viewer', 'GET', `/tasks/${task}`)).body).toMatchObject({ state: 'succeeded' });
    expect((await api.call('admin', 'GET', '/audit')).body).toMatchObject({
      items: [{ operation: 'completeTasks', about: [task] }, { operation: 'claimTasks' }, { operation: 'scheduleTasks' }],
    });
  });

  it('acknowledges nothing that it could not record', async () => {
    const { store } = api.dispatcher;
    await store.migrate(async (session) => session.run('alter table audit rename to audit_away'));
    const answer = await api.call('operator', 'POST', '/signals', { key: 'ci' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'FW_INTERNAL' } });
    expect(JSON.stringify(answer.body)).not.toContain('audit');
    await store.migrate(async (session) => session.run('alter table audit_away rename to audit'));
    expect((await api.call('operator', 'POST', '/signals', { key: 'ci' })).status).toBe(200);
  });

  it('says that it is away when the database is, and nothing about why', async () => {
    await postgres.stop();
    isStopped = true;
    for (const [who, method, path, body] of [
      ['viewer', 'GET', '/tasks'],
      ['operator', 'POST', '/signals', { key: 'ci' }],
      ['worker', 'POST', '/claims', { agents: ['coder'] }],
      ['viewer', 'GET', '/events'],
    ] as const) {
      // One after the other.
      const answer = await api.call(who, method, path, body);
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'FW_UNAVAILABLE', detail: 'The database cannot be reached now; try again' },
      });
      expect(answer.headers['retry-after']).toBe('1');
      expect(JSON.stringify(answer)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|postgres/);
    }
    expect((await api.app.inject('/readyz')).statusCode).toBe(503);
    expect((await api.app.inject('/healthz')).statusCode).toBe(200);
  });
});

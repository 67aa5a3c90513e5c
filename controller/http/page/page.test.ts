import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeApp } from '../make-app.ts';
import { addPage } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetwright-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HTML = { accept: 'text/html,*/*' };

it('says how the page is built where it is not, and serves it as soon as it is', async () => {
  const app = makeApp(undefined);
  await addPage(app, [join(folder, 'missing'), join(folder, 'web')]);
  const before = await app.inject({ url: '/', headers: HTML });
  expect(before.statusCode).toBe(503);
  expect(before.body).toBe('The page is not built yet. Run "npm run build:web" in the repository, and look again.\n');
  expect(before.headers['content-security-policy']).toContain("default-src 'none'");

  mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'web', 'index.html'), '<p>the page</p>');
  writeFileSync(join(folder, 'web', 'assets', 'index-abc.js'), 'let it;');
  writeFileSync(join(folder, 'secret.js'), 'not ours');
  expect((await app.inject({ url: '/tasks/7?view=log', headers: HTML })).body).toBe('<p>the page</p>');
  const script = await app.inject({ url: '/assets/index-abc.js' });
  expect([script.body, script.headers['content-type'], script.headers['cache-control']]).toEqual([
    'let it;',
    'application/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
  ]);
});

it.each([
  ['/v1/orgs/acme/nothing', HTML],
  ['/hooks/acme/nothing', HTML],
  ['/mcp', HTML],
  ['/assets/missing.js', HTML],
  ['/missing.js', HTML],
  ['/tasks', { accept: '*/*' }],
  ['/../secret.js', HTML],
  ['/assets/../../secret.js', HTML],
  ['/assets/%2e%2e/%2e%2e/secret.js', HTML],
])('has no page at %s for %j', async (url, headers) => {
  const app = makeApp(undefined);
  await addPage(app, [join(folder, 'web')]);
  const { statusCode, body } = await app.inject({ url, headers });
  expect({ statusCode, body }).toEqual({ statusCode: 404, body: expect.stringContaining('FW_NOT_FOUND') as string });
});

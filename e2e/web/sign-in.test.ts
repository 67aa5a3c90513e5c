import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { currentSession } from '../session.ts';
import { openBrowser } from './chromium.ts';
import { expectHeading, Visit } from './visit.ts';
import { ORG, OTHER_ORG, World } from './world.ts';

const { run } = currentSession();
let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await World.open(join(run.path, 'sign-in'));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.end();
});

describe('signing in', () => {
  it('takes the link that the program prints, once, and leaves its code nowhere', async () => {
    const visit = await Visit.open(browser, world, { role: null });
    const path = await world.signInPath();
    await visit.page.goto(path);
    await expectHeading(visit, 'Overview');
    expect(new URL(visit.page.url()).href).toBe(`${world.url}/`);
    expect(await visit.page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0]);
    await visit.page.goBack().catch(() => null);
    expect(visit.page.url()).not.toContain('#');
    const second = await Visit.open(browser, world, { role: null });
    await second.page.goto(path);
    await second.page
      .getByRole('alert')
      .getByText('The link has been used, is older than ten minutes, or is not whole; ask for a new one')
      .waitFor();
    await second.page.getByText('FW_UNAUTHENTICATED').waitFor();
    expect([...visit.incidents, ...second.incidents]).toEqual([]);
    await visit.close();
    await second.close();
  });

  it('takes a link that is followed while the sign-in is open', async () => {
    const visit = await Visit.open(browser, world, { role: null });
    await visit.go('/sign-in');
    const path = await world.signInPath();
    await visit.page.evaluate((hash) => (location.hash = hash), path.slice('/sign-in'.length));
    await expectHeading(visit, 'Overview');
    await visit.close();
  });

  it('takes a token, says what is wrong with one, and stays on the page that was asked for', async () => {
    const visit = await Visit.open(browser, world, { role: null });
    await visit.go('/questions');
    const token = visit.page.getByLabel('Token');
    await token.fill(`${world.token.slice(0, -1)}.`);
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.getByText('The token is not whole, unknown or revoked').waitFor();
    await token.fill(world.token);
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await expectHeading(visit, 'Questions and approvals');
    await visit.close();
  });

  it('ends where its holder signs out, and everywhere else', async () => {
    const visit = await Visit.open(browser, world);
    const cookies = await visit.context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/', secure: false }]);
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await expectHeading(visit, 'Sign in');
    await visit.context.addCookies(cookies);
    await visit.go('/');
    await expectHeading(visit, 'Sign in');
    await visit.close();
  });

  it('to another org takes the place of the first one, in all tabs, and leaves nothing of it', async () => {
    const id = await world.task({ agent: 'archivist', title: 'Of the first org' });
    const visit = await Visit.open(browser, world);
    await visit.go(`/tasks/${id}`);
    expect(await visit.page.title()).toBe(`Of the first org · ${ORG} · Fleetwright`);
    const tab = await Visit.tab(visit, world);
    await tab.go('/');
    await tab.page.getByRole('link', { name: 'Switch to another org' }).click();
    await tab.page.getByText(`You are signed in to ${ORG}.`).waitFor();
    expect(await tab.barriers()).toEqual([]);
    await tab.page.goto(await world.signInPath('admin', OTHER_ORG));
    await expectHeading(tab, 'Overview');
    expect(await tab.page.title()).toBe(`Overview · ${OTHER_ORG} · Fleetwright`);
    await tab.page.getByText('greeter').first().waitFor();
    expect(await tab.text()).not.toContain('Of the first org');
    await world.task({ agent: 'archivist', title: 'Something happens' });
    await visit.page.getByText(OTHER_ORG, { exact: true }).waitFor({ timeout: 10_000 });
    expect(await visit.text()).not.toContain('Of the first org');
    expect([...visit.incidents, ...tab.incidents]).toEqual(['window: about:blank']);
    await visit.close();
  });

  it('is asked for again when the session has ended', async () => {
    const visit = await Visit.open(browser, world);
    await visit.context.clearCookies();
    await world.task({ agent: 'archivist', title: 'Something happens' });
    await expectHeading(visit, 'Sign in');
    await visit.close();
  });

  it('shows a viewer nothing to press that the API would refuse', async () => {
    const id = await world.task({ agent: 'archivist', title: 'To look at' });
    const visit = await Visit.open(browser, world, { role: 'viewer' });
    await visit.go(`/tasks/${id}`);
    expect(await visit.page.getByRole('button', { name: /Pause|Cancel|Retry/ }).count()).toBe(0);
    await visit.go('/schedule');
    await visit.page.getByText('Your role may look, not schedule.').waitFor();
    await visit.close();
  });
});

describe('a session', () => {
  it('is of no use to the page of another site', async () => {
    const visit = await Visit.open(browser, world);
    const id = await world.task({ agent: 'archivist', title: 'Not to be cancelled' });
    const port = await freePort();
    const attack = `${world.url}/v1/orgs/${ORG}/tasks/${id}/cancel`;
    const html = `<form method=post enctype=text/plain action="${attack}"><input name='{"reason":"x","' value='":1}'></form>`;
    const other = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(html));
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      const page = await visit.context.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const read = await page.evaluate(
        async ([url, org]) =>
          fetch(`${url}/v1/orgs/${org}/tasks`, { credentials: 'include' }).then(
            async (answer) => answer.text(),
            () => 'refused',
          ),
        [world.url, ORG] as const,
      );
      expect(read).toBe('refused');
      const sent = await page.evaluate(
        async (url) =>
          fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"reason":"x"}' }).then(
            ({ status }) => status,
            () => 0,
          ),
        attack,
      );
      expect(sent).toBe(0);
      await Promise.all([page.waitForURL(attack), page.evaluate(() => document.querySelector('form')?.submit())]);
      expect(await page.locator('body').innerText()).toContain('FW_FORBIDDEN');
      expect(await world.call('GET', `/tasks/${id}`)).toMatchObject({ state: expect.not.stringMatching('cancelled') as string });
    } finally {
      other.close();
      await visit.close();
    }
  });

  it('shows nothing within a frame of another site', async () => {
    const port = await freePort();
    const other = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(`<iframe src="${world.url}/"></iframe>`));
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const visit = await Visit.open(browser, world);
    try {
      const page = await visit.context.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForTimeout(500);
      expect(page.frames().map((frame) => frame.url())).not.toContain(`${world.url}/`);
    } finally {
      other.close();
      await visit.close();
    }
  });
});

describe('what is served', () => {
  it.each([
    ['/', 'no-cache', 200],
    ['/tasks/some-task', 'no-cache', 200],
    ['/theme.js', 'no-cache', 200],
  ])('answers %s with all its guards', async (path, cache, status) => {
    const answer = await fetch(`${world.url}${path}`, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': cache,
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/,
      ) as string,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('keeps files with a hash for ever, and has no script or style within HTML', async () => {
    const html = await (await fetch(`${world.url}/`)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(2);
    for (const file of files) {
      const answer = await fetch(`${world.url}${file}`);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/i);
  });

  it.each(['/assets/missing.js', '/v1/nothing', '/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/.made-of'])(
    'has nothing at %s',
    async (path) => {
      const answer = await fetch(`${world.url}${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'FW_NOT_FOUND' });
    },
  );
});

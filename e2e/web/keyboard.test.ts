import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentSession } from '../session.ts';
import { openBrowser } from './chromium.ts';
import { Visit } from './visit.ts';
import { World } from './world.ts';

const { run } = currentSession();
let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await World.open(join(run.path, 'keyboard'));
  await world.schedule(...['first', 'second', 'third'].map((title) => ({ agent: 'archivist', title })));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.end();
});

async function focused(visit: Visit): Promise<string> {
  return visit.page.evaluate(() => {
    const { innerText, id } = document.activeElement as HTMLElement;
    return innerText === '' ? id : innerText;
  });
}

describe('the keyboard alone', () => {
  it('skips the navigation', async () => {
    const visit = await Visit.open(browser, world);
    await visit.go('/');
    await visit.page.keyboard.press('Tab');
    expect(await focused(visit)).toBe('Skip to the content');
    await visit.page.keyboard.press('Enter');
    expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('content');
    await visit.close();
  });

  it('goes to the title of each new page, and to the filter with a slash', async () => {
    const visit = await Visit.open(browser, world);
    await visit.go('/');
    await visit.page.getByRole('link', { name: 'Schedule', exact: true }).focus();
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('heading', { name: 'Schedule work' }).waitFor();
    expect(await focused(visit)).toBe('Schedule work');
    expect(await visit.page.title()).toBe('Schedule work · factory · Fleetwright');
    await visit.go('/');
    await visit.page.keyboard.press('/');
    await visit.page.waitForURL(/\/tasks$/);
    expect(await focused(visit)).toBe('filter-title');
    await visit.page.keyboard.type('sec/ond');
    await visit.page.getByText('No task is like that.').waitFor();
    expect(new URL(visit.page.url()).searchParams.get('title')).toBe('sec/ond');
    for (let i = 0; i < 4; i += 1) await visit.page.keyboard.press('Backspace');
    await visit.page.waitForFunction(() => document.querySelectorAll('.row.task').length === 1);
    expect(await focused(visit)).toBe('filter-title');
    await visit.page.reload();
    await visit.settle();
    expect(await visit.page.getByPlaceholder('Filter by title').inputValue()).toBe('sec');
    await visit.close();
  });

  it('goes through a list with j and k, opens a row, and shows where it is', async () => {
    const visit = await Visit.open(browser, world);
    await visit.go('/tasks');
    await visit.page.locator('[data-row="2"]').waitFor();
    await visit.page.keyboard.press('j');
    await visit.page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '0');
    await visit.page.keyboard.press('j');
    await visit.page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '1');
    await visit.page.keyboard.press('j');
    await visit.page.keyboard.press('k');
    await visit.page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '1');
    const outline = await visit.page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineWidth);
    expect(outline).toBe('2px');
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('heading', { name: 'second' }).waitFor();
    expect(await focused(visit)).toBe('second');
    await visit.close();
  });
});

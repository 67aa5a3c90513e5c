import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentSession } from '../session.ts';
import { openBrowser } from './chromium.ts';
import { type Story, tellStory } from './story.ts';
import { Visit } from './visit.ts';
import { World } from './world.ts';

const { run } = currentSession();

/** With `PICTURES=1`, what is seen is kept in the documentation. */
const PICTURES = process.env['PICTURES'] === undefined ? undefined : join(import.meta.dirname, '..', '..', 'docs', 'pictures');

let world: World;
let story: Story;
let browser: Browser;

beforeAll(async () => {
  world = await World.open(join(run.path, 'pages'));
  story = await tellStory(world);
  browser = await openBrowser();
  if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  await world.end();
});

const PAGES: readonly (readonly [name: string, path: () => string, shows: string])[] = [
  ['overview', () => '/', 'Spend against budget'],
  ['tasks', () => '/tasks', 'Merge into main'],
  ['tasks-none', () => '/tasks?state=dead&title=nothing-has-this-title', 'No task is like that.'],
  ['task-log', () => `/tasks/${story.build}`, 'run git commit'],
  ['task-graph', () => `/tasks/${story.build}?view=graph`, 'Choose the architecture'],
  ['task-attempts', () => `/tasks/${story.failed}?view=attempts`, 'eight cores'],
  ['task-result', () => `/tasks/${story.spec}`, 'scripted model'],
  ['task-input', () => `/tasks/${story.spec}?view=input`, 'A shared shopping list'],
  ['questions', () => '/questions', 'shopping/pull/9'],
  ['approval', () => `/questions#${story.approval}`, 'shopping/pull/9'],
  ['schedule', () => '/schedule', 'Who works on it'],
  ['schedule-pipeline', () => '/schedule', 'as the pipeline says'],
  ['switch', () => '/', 'You are signed in to factory.'],
  ['no-task', () => '/tasks/00000000-0000-4000-8000-000000000000', 'FW_NOT_FOUND'],
  ['no-page', () => '/no-such-page', 'There is no such page'],
];

/** What is done there before it is looked at. */
const FIRST: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'schedule-pipeline': async (page) => page.getByLabel('A pipeline').check(),
  switch: async (page) => page.getByRole('link', { name: 'Switch to another org' }).click(),
};

const LOOKS = [
  { theme: 'light', size: [1280, 860], suffix: 'light' },
  { theme: 'dark', size: [1280, 860], suffix: 'dark' },
  { theme: 'light', size: [380, 800], suffix: 'light-narrow' },
  { theme: 'dark', size: [380, 800], suffix: 'dark-narrow' },
] as const;

describe.each(LOOKS)('in $theme at $size.0 px', ({ suffix, ...look }) => {
  let visit: Visit;

  beforeAll(async () => {
    visit = await Visit.open(browser, world, look);
  });
  afterAll(async () => visit.close());

  it.each(PAGES)('shows the page %s without barriers, and breaks no rule of its policy', async (name, path, shows) => {
    const page = await visit.go(path());
    await FIRST[name]?.(page);
    await page.getByText(shows, { exact: false }).first().waitFor();
    expect(await visit.barriers()).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    expect(visit.incidents).toEqual([]);
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}-${suffix}.png`) });
  });

  it('shows the sign-in without barriers', async () => {
    const stranger = await Visit.open(browser, world, { ...look, role: null });
    await stranger.go('/');
    expect(await stranger.barriers()).toEqual([]);
    expect(stranger.incidents).toEqual([]);
    if (PICTURES !== undefined) await stranger.page.screenshot({ path: join(PICTURES, `sign-in-${suffix}.png`) });
    await stranger.close();
  });
});

describe('what everybody sees', () => {
  it('keeps the chosen theme, without a flash of the other one', async () => {
    const visit = await Visit.open(browser, world, { theme: 'light' });
    await visit.page.getByRole('radio', { name: 'Dark' }).click();
    await visit.page.reload({ waitUntil: 'commit' });
    await visit.page.waitForFunction(() => document.body !== null);
    expect(await visit.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await visit.settle();
    expect(await visit.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(14, 18, 22)');
    await visit.close();
  });

  it('shows times in the zone of the reader, and the exact one when it is pointed at', async () => {
    const visit = await Visit.open(browser, world);
    const page = await visit.go(`/tasks/${story.spec}`);
    const time = page.locator('.task-facts time').first();
    const at = new Date((await time.getAttribute('datetime')) ?? '');
    expect(await time.innerText()).toBe(at.toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' }));
    expect(await time.getAttribute('title')).toBe(`${at.toISOString().replace('T', ' ').replace('Z', '')} UTC`);
    await visit.close();
  });

  it('moves nothing for those who do not want it', async () => {
    const visit = await Visit.open(browser, world);
    await visit.page.emulateMedia({ reducedMotion: 'reduce' });
    await visit.go('/');
    expect(await visit.page.evaluate(() => document.getAnimations().length)).toBe(0);
    await visit.close();
  });

  it('tells who scheduled a task, and with which fleet it ran', async () => {
    const visit = await Visit.open(browser, world);
    await visit.go(`/tasks/${story.build}`);
    const facts = await visit.page.getByRole('region', { name: 'Provenance' }).innerText();
    expect(facts).toMatch(/first admin/);
    expect(facts).toMatch(/Fleet\s+[0-9a-f]{12}/);
    expect(facts).toMatch(/reference-agent@sha256:4f4f4f4f4f4f…/);
    await visit.close();
  });
});

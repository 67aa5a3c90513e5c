import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentSession, measure } from '../session.ts';
import { openBrowser } from './chromium.ts';
import { FORGED, ORDERS, TERMINAL, XSS } from './corpus.ts';
import { Visit } from './visit.ts';
import { World } from './world.ts';

const { run } = currentSession();
const ALL = [...XSS, ...TERMINAL.map(([text]) => text), ...ORDERS];

let world: World;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  world = await World.open(join(run.path, 'hostile'));
  browser = await openBrowser();
  visit = await Visit.open(browser, world);
});
afterAll(async () => {
  await browser.close();
  await world.end();
});

/** What is written in an element, marks included, without what only lays it out. */
async function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allTextContents();
}

describe('text of agents in a browser', () => {
  it('stays text in the titles of tasks', async () => {
    for (let from = 0; from < ALL.length; from += 100)
      await world.schedule(...ALL.slice(from, from + 100).map((title) => ({ agent: 'archivist', title })));
    const page = await visit.go('/tasks');
    const seen = new Set<string>();
    while (seen.size < ALL.length) {
      const before = seen.size;
      for (const text of await textsOf(page, '.row.task .what')) seen.add(text);
      await page.locator('[data-list]').evaluate((list) => list.scrollBy(0, 400));
      await page.waitForTimeout(seen.size === before ? 250 : 50);
      const end = await page.locator('[data-list]').evaluate((list) => list.scrollTop + list.clientHeight >= list.scrollHeight - 2);
      if (end && seen.size === before) break;
    }
    expect([...XSS, ...ORDERS].filter((title) => !seen.has(title.replaceAll('\r', '‹CR›')))).toEqual([]);
    expect(TERMINAL.filter(([, shown]) => !seen.has(shown))).toEqual([]);
    expect(visit.incidents).toEqual([]);
  });

  it('stays text in everything else that a task has', async () => {
    for (const [i, text] of ALL.entries()) if (i % 16 === 0) await lookAt(await aHostileTask(text, i), text);
    expect(visit.incidents).toEqual([]);
    measure(run, { subject: 'web', what: 'texts of agents shown in Chromium', value: ALL.length });
    measure(run, { subject: 'web', what: 'scripts of theirs that ran', value: visit.incidents.length });
  });

  it('stays text in what a question is about', async () => {
    const branches = XSS.slice(0, 8);
    await world.task({ agent: 'integrator', title: 'Asks about attacks', input: { branches } });
    const claim = await world.begin('integrator');
    await world.ask(claim, { key: 'attacks', kind: 'question', text: `See ${XSS.join(' ')}` });
    const page = await visit.go('/questions');
    const card = page.getByRole('region', { name: 'Question attacks' });
    await card.waitFor();
    // Of the first of many questions it is shown at once.
    const more = card.getByRole('button', { name: 'What is it about?' });
    if (await more.isVisible()) await more.click();
    const about = card.getByLabel('What it is about');
    await about.getByText('Branch', { exact: true }).waitFor();
    const shown = await about.locator('dd.mono').allTextContents();
    expect(branches.filter((text) => !shown.includes(text.trim()))).toEqual([]);
    expect(shown.filter((text) => text.startsWith('git '))).toEqual([]);
    for (const link of await about.locator('a').all()) expect(await link.getAttribute('href')).toMatch(/^(\/tasks\/|https?:\/\/)/);
    expect(visit.incidents).toEqual([]);
    await world.complete(claim);
  });

  it('stays text in a log, all of it', async () => {
    const id = await world.task({ title: 'A log of attacks' });
    const claim = await world.begin();
    await world.log(claim, 0, ALL.map((text) => `${text}\n`).join(''));
    const page = await visit.go(`/tasks/${id}`);
    await page.locator('.log-row').first().waitFor();
    const seen = await readLog(page);
    expect(XSS.filter((text) => !seen.has(text))).toEqual([]);
    expect(TERMINAL.filter(([, shown]) => !seen.has(shown))).toEqual([]);
    expect(visit.incidents).toEqual([]);
    await world.complete(claim);
  });

  it('forges no field of a stream', async () => {
    const id = await world.task({ title: 'A log of forgeries' });
    const claim = await world.begin();
    for (const [seq, text] of FORGED.entries()) await world.log(claim, seq, `${text}\n`);
    await world.log(claim, FORGED.length, 'the end\n');
    const page = await visit.go(`/tasks/${id}`);
    await page.getByText('the end').waitFor();
    const notes = await textsOf(page, '.log-row.note');
    expect(notes).toEqual([]);
    const rows = await textsOf(page, '.log-row .line');
    expect(rows).toEqual(
      FORGED.flatMap((text) => `${text}\n`.split('\n').slice(0, -1))
        .map(asShown)
        .concat('the end'),
    );
    // The next row comes with an id of the controller, so the stream goes on where it was.
    await world.log(claim, FORGED.length + 1, 'after the end\n');
    await page.getByText('after the end').waitFor();
    expect(visit.incidents).toEqual([]);
    measure(run, { subject: 'web', what: 'fields of a stream that were forged', value: notes.length });
    await world.complete(claim);
  });

  it('keeps a flood within a window: one line of a megabyte, and 100,000 rows', async () => {
    const id = await world.task({ title: 'A flood' });
    const claim = await world.begin();
    for (let seq = 0; seq < 32; seq += 1) await world.log(claim, seq, 'x'.repeat(32 * 1024));
    for (let seq = 32; seq < 36; seq += 1) await world.log(claim, seq, '\ny'.repeat(25_000));
    await world.log(claim, 36, '\nlast row\n');
    const page = await visit.go(`/tasks/${id}`);
    await page.getByText('last row').waitFor();
    expect(await page.locator('.log-row').count()).toBeLessThan(120);
    expect(visit.incidents).toEqual([]);
    await world.complete(claim);
  });
});

function asShown(line: string): string {
  return line
    .replace(/\r$/, '')
    .replaceAll('\r', '‹CR›')
    .replaceAll('\u2028', '‹U+2028›')
    .replaceAll('\u2029', '‹U+2029›')
    .replaceAll('\ufeff', '‹U+FEFF›');
}

/** A task with the text wherever a caller, a worker or an agent may put text. */
async function aHostileTask(text: string, i: number): Promise<string> {
  const id = await world.task({ title: text, key: `${text.slice(0, 200)} ${i}`, input: { [text]: text }, session: text.slice(0, 256) });
  const claim = await world.begin();
  await world.work(`/tasks/${id}/start`, { fence: claim.fence, worker: text.slice(0, 253) });
  const artifact = { name: text, path: text, bytes: 5, sha256: text };
  await world.work(`/tasks/${id}/events`, {
    fence: claim.fence,
    events: [
      { seq: 1, kind: 'artifact', data: artifact },
      { seq: 2, kind: 'artifact', data: text },
    ],
  });
  await world.ask(claim, {
    key: text.slice(0, 200),
    kind: 'question',
    text,
    options: [text, `${text} again`],
    subject: text.slice(0, 256),
  });
  await world.complete(claim, {
    outcome: 'failed',
    reason: text,
    result: { [text]: text, links: [text, `https://${text}`, `https://example.com/${text}`] },
    usage: [{ model: text.slice(0, 256), inputTokens: 1, outputTokens: 1, cost: 0 }],
  });
  return id;
}

async function lookAt(id: string, text: string): Promise<void> {
  const { page } = visit;
  for (const view of ['result', 'input', 'attempts', 'graph']) await visit.go(`/tasks/${id}?view=${view}`);
  await visit.go('/questions');
  await visit.go('/');
  for (const link of await page.locator('a').all()) expect(await link.getAttribute('href'), text).toMatch(/^(\/|#|https?:\/\/)/);
}

/** All rows of the log, by scrolling through it. */
async function readLog(page: Page): Promise<Set<string>> {
  const seen = new Set<string>();
  const box = page.locator('.log-box');
  await box.evaluate((element) => element.scrollTo(0, 0));
  await box.dispatchEvent('wheel');
  for (let end = false; !end;) {
    await page.waitForTimeout(60);
    for (const text of await textsOf(page, '.log-row .line')) seen.add(text);
    end = await box.evaluate((element) => element.scrollTop + element.clientHeight >= element.scrollHeight - 2);
    await box.evaluate((element) => element.scrollBy(0, 400));
  }
  return seen;
}

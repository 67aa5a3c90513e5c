import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Question, Task } from '../../controller/contract/wire/index.ts';
import { currentSession } from '../session.ts';
import { openBrowser } from './chromium.ts';
import { expectHeading, expectText, Visit } from './visit.ts';
import { World } from './world.ts';

const { run } = currentSession();
let world: World;
let browser: Browser;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  world = await World.open(join(run.path, 'work'));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.end();
});
beforeEach(async () => {
  visit = await Visit.open(browser, world);
  ({ page } = visit);
});
afterEach(async () => {
  await world.clear();
  // oxlint-disable-next-line vitest/no-standalone-expect -- it is part of every test here
  expect(visit.incidents).toEqual([]);
  await visit.close();
});

async function anApproval(subject: string): Promise<{ readonly id: string; readonly task: string }> {
  const task = await world.task({ title: `Merge ${subject}` });
  const claim = await world.begin();
  const id = await world.ask(claim, { key: 'merge', kind: 'approval', text: `Merge ${subject}?`, subject, timeoutSeconds: 600 });
  await world.complete(claim, { outcome: 'waiting', wait: { for: 'answers' } });
  return { id, task };
}

const questionOf = async (id: string) => world.call<Question>('GET', `/questions/${id}`);

describe('scheduling', () => {
  it('says what is wrong with each field, and goes to the first one', async () => {
    await visit.go('/schedule');
    await page.getByLabel('Input').fill('{ not json');
    await page.getByLabel('Priority').fill('1000');
    await page.getByLabel('Budget in USD').fill('much');
    await page.getByRole('button', { name: 'Schedule' }).click();
    const wrong = await page.getByRole('alert').allInnerTexts();
    expect(wrong).toEqual([
      'Choose the agent that works on it.',
      'Say in a line what is to be done.',
      expect.stringMatching(/^This is not JSON: /) as string,
      'Give a whole number from -100 to 100.',
      'Give an amount such as 0.50.',
    ]);
    expect(await page.evaluate(() => (document.activeElement as HTMLSelectElement).name)).toBe('agent');
    expect(await visit.barriers()).toEqual([]);
  });

  it('makes one task with all that was said, however often one clicks', async () => {
    const needed = await world.task({ agent: 'archivist', title: 'Needed before' });
    await visit.go('/schedule');
    await page.getByLabel('Agent', { exact: true }).selectOption('developer');
    await page.getByLabel('Title', { exact: true }).fill('Written on the page');
    await page.getByLabel('Input').fill('{"issue": 7}');
    await page.getByLabel('Priority').fill('7');
    await page.getByLabel('Budget in USD').fill('0.25');
    await page.getByPlaceholder('Find a task by its title').fill('needed BEF');
    await page.getByRole('button', { name: 'Add Needed before' }).click();
    await page.getByRole('button', { name: 'Schedule' }).dblclick();
    await page.getByRole('heading', { name: 'Written on the page' }).waitFor();
    const { items } = await world.call<{ items: Task[] }>('GET', '/tasks?title=Written%20on');
    expect(items).toHaveLength(1);
    const task = await world.call<Task>('GET', `/tasks/${items[0]?.id ?? ''}`);
    expect(task).toMatchObject({
      agent: 'developer',
      input: { issue: 7 },
      priority: 7,
      budget: 250_000,
      state: 'waiting',
      waitsFor: 'needs',
    });
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByRole('link', { name: /^Needed before/ }).waitFor();
    await world.call('POST', `/tasks/${needed}/cancel`, { reason: 'The test is over' });
  });

  it('finds whoever has the skills', async () => {
    await visit.go('/schedule');
    await page.getByLabel('Whoever has skills').check();
    await page.getByLabel('review', { exact: true }).check();
    await page.getByLabel('Title', { exact: true }).fill('By skill');
    await page.getByRole('button', { name: 'Schedule' }).click();
    await expectHeading(visit, 'By skill');
    await page.getByRole('region', { name: 'Facts' }).getByRole('link', { name: 'reviewer' }).waitFor();
  });

  it('shows what the API refuses at the field that is meant', async () => {
    await visit.go('/schedule');
    await page.getByLabel('Agent', { exact: true }).selectOption('developer');
    await page.getByLabel('Title', { exact: true }).fill('Too dear');
    await page.getByLabel('Budget in USD').fill('999999');
    await page.getByRole('button', { name: 'Schedule' }).click();
    await expectText(visit, 'FW_BUDGET_TOO_SMALL');
  });
});

describe('a pipeline', () => {
  it('is run once, however often one clicks, and shows its tasks', async () => {
    await visit.go('/schedule');
    await page.getByLabel('A pipeline').check();
    expect(await page.getByLabel('Priority').count()).toBe(0);
    await page.getByLabel('Pipeline', { exact: true }).selectOption('');
    await page.getByRole('button', { name: 'Schedule' }).click();
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([
      'Choose the pipeline that is to run.',
      'Say in a line what is to be done.',
    ]);
    await page.getByLabel('Pipeline', { exact: true }).selectOption('idea');
    await page.getByLabel('Title', { exact: true }).fill('A shared list');
    await page.getByLabel('Input').fill('{"for": "a family"}');
    expect(await visit.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'Schedule' }).dblclick();
    await expectHeading(visit, 'Specify: A shared list');
    await page.getByRole('link', { name: /^Build: A shared list/ }).waitFor();
    const { items } = await world.call<{ items: Task[] }>('GET', '/tasks?title=A%20shared%20list');
    expect(items.map(({ agent }) => agent).sort()).toEqual(['analyst', 'developer']);
    const first = await world.call<Task>('GET', `/tasks/${items.find(({ agent }) => agent === 'analyst')?.id ?? ''}`);
    expect(first.input).toMatchObject({ input: { for: 'a family' } });
  });

  it('tells what the API refuses', async () => {
    await page.route(/\/pipelines\/idea\/runs$/, async (route) => {
      await route.continue({ postData: JSON.stringify({ title: '' }) });
    });
    await visit.go('/schedule');
    await page.getByLabel('A pipeline').check();
    await page.getByLabel('Title', { exact: true }).fill('Refused');
    await page.getByRole('button', { name: 'Schedule' }).click();
    await expectText(visit, 'FW_BODY_INVALID');
  });
});

describe('what is to be approved', () => {
  it('is shown: the task, and what those before it have named, with links that are safe alone', async () => {
    const result = {
      branch: 'candidate/one',
      commit: '3f2c1aa',
      pullRequest: 'https://git.example.com/a/b/pull/3',
      more: ['javascript:alert(1)', 'https://git.example.com@evil.example/'],
    };
    const [reviewed = ''] = await world.schedule({ agent: 'reviewer', title: 'Review it' });
    const [merge = ''] = await world.schedule({
      agent: 'integrator',
      title: 'Merge it',
      needs: [{ task: reviewed }],
      approval: { reason: 'Merge it into main? See https://git.example.com/wiki, or file:///etc/passwd.', timeoutSeconds: 600 },
    });
    const review = await world.begin('reviewer');
    await world.work(`/tasks/${review.fence.task}/events`, {
      fence: review.fence,
      events: [{ kind: 'artifact', seq: 1, data: { name: 'report.txt', path: 'out/report.txt', bytes: 3, sha256: 'a'.repeat(64) } }],
    });
    await world.complete(review, { outcome: 'succeeded', result });
    await visit.go('/questions');
    const about = page.getByLabel('What it is about');
    expect(await about.getByRole('link', { name: 'Merge it' }).getAttribute('href')).toBe(`/tasks/${merge}`);
    await about.getByText('candidate/one', { exact: true }).waitFor();
    const shown = await about.innerText();
    expect(shown).toContain('3f2c1aa');
    expect(shown).toContain('report.txt');
    expect(shown).toContain('git -C /home/ada/fleet/.fleetwright/repositories/git.example.com/shopping.git diff HEAD...candidate/one');
    const links = await about.locator('a.link-out').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links).toEqual(['https://git.example.com/wiki', 'https://git.example.com/a/b/pull/3']);
    expect(await visit.barriers()).toEqual([]);
    await visit.go(`/tasks/${merge}`);
    await page.getByLabel('What it is about').getByText('candidate/one', { exact: true }).waitFor();
    expect(await page.getByRole('region', { name: 'Provenance' }).innerText()).toMatch(/Runs as\s+a process on the controller’s machine/);
  });
});

describe('answering', () => {
  it('sends the choice that was made', async () => {
    await world.task({ title: 'Asks' });
    const claim = await world.begin();
    const id = await world.ask(claim, { key: 'colour', kind: 'question', text: 'Which colour?', options: ['red', 'blue'] });
    await world.complete(claim, { outcome: 'waiting', wait: { for: 'answers' } });
    await visit.go('/questions');
    const card = page.getByRole('region', { name: 'Question colour' });
    expect(await card.getByRole('button', { name: 'Answer' }).isDisabled()).toBe(true);
    await card.getByLabel('blue').click();
    await card.getByRole('button', { name: 'Answer' }).click();
    await card.waitFor({ state: 'detached' });
    expect(await questionOf(id)).toMatchObject({
      state: 'answered',
      answer: 'blue',
      answeredBy: expect.stringMatching(/^Ada \([0-9a-f]{16}\)$/) as string,
    });
    await world.complete(await world.begin());
  });

  it('approves exactly the subject that is shown', async () => {
    const { id } = await anApproval('sha256:one');
    await visit.go('/questions');
    const card = page.locator(`[id="${id}"]`);
    expect(await card.innerText()).toMatch(/sha256:one[\s\S]*Denied if nobody answers by \d\d:\d\d:\d\d\./);
    const [request] = await Promise.all([
      page.waitForRequest(/\/answer$/),
      card.getByRole('button', { name: 'Approve this subject' }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ answer: { approved: true }, subject: 'sha256:one' });
    await card.waitFor({ state: 'detached' });
    expect(await questionOf(id)).toMatchObject({ state: 'answered', answer: { approved: true } });
    await world.complete(await world.begin());
  });

  it('denies on the page of the task, and tells when somebody was faster', async () => {
    const { id, task } = await anApproval('sha256:two');
    await visit.go(`/tasks/${task}`);
    await page.route(/\/answer$/, async (route) => {
      await world.call('POST', `/questions/${id}/answer`, { answer: { approved: false }, subject: 'sha256:two' });
      await route.continue();
    });
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('alert').getByText('FW_STATE_CONFLICT').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await questionOf(id)).toMatchObject({ answer: { approved: false } });
    await world.complete(await world.begin());
  });

  it('approves nothing when the subject has changed since it was looked at', async () => {
    const { id } = await anApproval('sha256:three');
    await page.route(/\/questions\?/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('sha256:three', 'sha256:before') });
    });
    await visit.go('/questions');
    await page.locator(`[id="${id}"]`).getByRole('button', { name: 'Approve this subject' }).click();
    await page.getByText("is about something else than the 'subject' that was looked at").waitFor();
    expect(await questionOf(id)).toMatchObject({ state: 'open' });
    await world.call('POST', `/questions/${id}/answer`, { answer: { approved: false }, subject: 'sha256:three' });
    await world.complete(await world.begin());
  });
});

describe('a task', () => {
  it('is paused, resumed, and ended only after a second look', async () => {
    const id = await world.task({ agent: 'archivist', title: 'To be ended' });
    await visit.go(`/tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(await world.call('GET', `/tasks/${id}`)).toMatchObject({ state: 'queued' });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await page.locator('.task-state').getByText('Cancelled').first().waitFor();
    expect(await world.call('GET', `/tasks/${id}`)).toMatchObject({ state: 'cancelled' });
  });

  it('shows what happens while it happens, in less than two seconds', async () => {
    await visit.go('/tasks');
    const id = await world.task({ title: 'Seen at once' });
    await page.getByText('Seen at once').waitFor({ timeout: 5000 });
    await visit.go(`/tasks/${id}`);
    await page.locator('.task-state').getByText('Queued').waitFor();
    const claim = await world.begin();
    await page.locator('.task-state').getByText('Running').waitFor({ timeout: 2000 });
    await world.complete(claim, { outcome: 'succeeded', result: { pullRequest: 'https://git.example.com/a/b/pull/9' } });
    await page.locator('.task-state').getByText('Succeeded').waitFor({ timeout: 2000 });
    await page.getByRole('tab', { name: 'Result' }).click();
    const link = page.getByRole('link', { name: 'git.example.com/a/b/pull/9' });
    expect(await link.getAttribute('rel')).toBe('noreferrer noopener nofollow');
    expect(await link.getAttribute('href')).toBe('https://git.example.com/a/b/pull/9');
  });
});

describe('a log', () => {
  it('goes on where it was after the controller was killed: no row is missing, none comes twice', async () => {
    const id = await world.task({ title: 'A long log' });
    const claim = await world.begin();
    await visit.go(`/tasks/${id}`);
    for (let seq = 0; seq < 20; seq += 1) await world.log(claim, seq, `row ${seq}\n`);
    await page.getByText('row 19', { exact: true }).waitFor();
    await world.end('SIGKILL');
    await page.getByText('The connection to the controller is lost.').waitFor({ timeout: 10_000 });
    await world.start();
    for (let seq = 20; seq < 25; seq += 1) await world.log(claim, seq, `row ${seq}\n`);
    await page.getByText('row 24', { exact: true }).waitFor({ timeout: 20_000 });
    expect(await page.locator('.log-row .line').allTextContents()).toEqual(Array.from({ length: 25 }, (_, i) => `row ${i}`));
    await page.getByText('The connection to the controller is lost.').waitFor({ state: 'detached' });
    await world.complete(claim);
  });

  it('shows that it begins anew when the place where it was is not known any more', async () => {
    const id = await world.task({ title: 'A log of another database' });
    const claim = await world.begin();
    await world.log(claim, 0, 'the real row\n');
    const entry = {
      id: '999999999999-1',
      seq: 0,
      stream: 'stdout',
      text: 'a row that is gone\n',
      attempt: 1,
      at: new Date().toISOString(),
      late: false,
    };
    await page.route(
      /\/log$/,
      async (route) =>
        route.fulfill({ contentType: 'text/event-stream', body: `retry: 100\nid: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n` }),
      { times: 1 },
    );
    await visit.go(`/tasks/${id}`);
    await page.getByText('The log begins anew: Events before this one are not shown').waitFor();
    await page.getByText('the real row').waitFor();
    expect(await page.getByText('a row that is gone').count()).toBe(0);
    await world.complete(claim);
  });
});

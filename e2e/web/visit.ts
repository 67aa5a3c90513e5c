import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import type { World } from './world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How the page is looked at. */
export interface VisitOptions {
  /** @default light */
  readonly theme?: 'light' | 'dark';

  /** Width and height of the window. @default 1280 by 860 */
  readonly size?: readonly [width: number, height: number];

  /** Of whom is signed in; `null` for nobody. @default admin */
  readonly role?: 'viewer' | 'operator' | 'admin' | null;
}

/** A browser on the page, and all that must not happen there. */
export class Visit {
  readonly page: Page;
  readonly context: BrowserContext;

  /** Scripts that agents' text got to run, requests to other hosts, what the policy refused, and errors of the page itself. */
  readonly incidents: string[] = [];

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.context = context;
  }

  static async open(
    browser: Browser,
    world: World,
    { theme = 'light', size = [1280, 860], role = 'admin' }: VisitOptions = {},
  ): Promise<Visit> {
    const [width, height] = size;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      baseURL: world.url,
      timezoneId: 'Europe/Berlin',
      locale: 'en-GB',
    });
    const visit = new Visit(await context.newPage(), context);
    await visit.#watch(world);
    if (role !== null) await visit.signIn(world, role);
    return visit;
  }

  /** Another tab of the same browser. */
  static async tab({ context }: Visit, world: World): Promise<Visit> {
    const tab = new Visit(await context.newPage(), context);
    await tab.#watch(world);
    return tab;
  }

  /** Signs in by a link, as a person does. */
  async signIn(world: World, role: 'viewer' | 'operator' | 'admin' = 'admin'): Promise<void> {
    await this.page.goto(await world.signInPath(role));
    await this.page.waitForURL(`${world.url}/`);
  }

  /** Opens a path and waits until all is there. */
  async go(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.settle();
    return this.page;
  }

  /** Waits until nothing is loading. */
  async settle(): Promise<void> {
    await this.page.locator('h1').waitFor();
    await this.page.waitForFunction(() => document.querySelector('.wait') === null);
    await this.page.evaluate(async () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }

  /** What keeps people from using what is shown, as axe sees it. @see https://www.w3.org/TR/WCAG22/ */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const results = await this.page.evaluate(async () => (window as Window & { axe?: { run: () => Promise<AxeResults> } }).axe?.run());
    if (results === undefined) throw new Error('The page has no axe to judge it by');
    return results.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }

  /** All that is written on the page. */
  async text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  async #watch(world: World): Promise<void> {
    const { page, incidents } = this;
    await page.exposeFunction('tellIncident', (what: string) => void incidents.push(what));
    await page.addInitScript(() => {
      const tell = (what: string) => (window as Window & { tellIncident?: (what: string) => void }).tellIncident?.(what);
      Object.assign(window, { pwned: (what: unknown) => tell(`script: ${String(what)}`) });
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        tell(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
      );
    });
    page.on('dialog', (dialog) => {
      incidents.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) incidents.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${world.url}/`)) incidents.push(`request: ${request.url()}`);
    });
    this.context.on('page', (other) => {
      if (other !== page) incidents.push(`window: ${other.url()}`);
    });
  }
}

/** Waits until a heading is there, and all has been read. @throws Error if it does not come */
export async function expectHeading({ page }: Pick<Visit, 'page'>, name: string): Promise<void> {
  await page.getByRole('heading', { name }).waitFor();
}

/** Waits until a text is there. @throws Error if it does not come */
export async function expectText({ page }: Pick<Visit, 'page'>, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}

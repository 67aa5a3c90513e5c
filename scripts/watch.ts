import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, sep } from 'node:path';
import type { Fleet } from '../constructs/index.ts';
import { reportFindings } from '../policies/index.ts';
import { reportFailure } from './failure.ts';
import { FileChanges } from './file-changes.ts';
import { FreshModules } from './fresh-modules.ts';
import { Judgement } from './judgement.ts';
import { loadFleets, type SelectionOptions } from './load-fleet.ts';
import { print, printAside } from './print.ts';
import { reportWatched } from './synth-report.ts';
import { cacheFileOf, renderInto } from './synth.ts';
import { coveredPaths } from './tree-entries.ts';
import { OutputTree, type TreeChanges } from './tree/index.ts';

/** Options of `fleetwright synth --watch`. */
export interface WatchOptions extends SelectionOptions {
  /** The rendered tree. It is held until the end, so that no other run writes to it. */
  readonly out: string;
}

/**
 * Renders fleets, and again whenever one of their files changes, until the process is asked to end. What cannot be rendered is told,
 * and leaves the tree as it is. Answers with the exit code.
 */
export async function watch({ out, ...selection }: WatchOptions): Promise<number> {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  const tree = OutputTree.open({ root: out, cacheFile: cacheFileOf(out) });
  const watched = new WatchedFleets(tree, { out, ...selection });
  try {
    await watched.follow(end.signal);
    return 0;
  } finally {
    watched.close();
    tree.close();
  }
}

class WatchedFleets {
  readonly #root = process.cwd();
  readonly #stacks = join(this.#root, 'stacks');
  readonly #modules = new FreshModules(this.#root);
  readonly #changes = new FileChanges();
  readonly #tree: OutputTree;
  readonly #options: WatchOptions;
  /** Org → the environments that it is rendered in; `undefined` while the last run has failed, so that the next one is about all. */
  #places: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(tree: OutputTree, options: WatchOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  async follow(signal: AbortSignal): Promise<void> {
    await this.#attempt(() => this.#renderAll());
    for (;;) {
      this.#watchFolders();
      const files = await this.#changes.next(signal);
      if (files === undefined) return;
      await this.#attempt(() => this.#renderChanged(files));
    }
  }

  close(): void {
    this.#changes.close();
  }

  async #attempt(render: () => Promise<void>): Promise<void> {
    try {
      await render();
    } catch (error) {
      this.#places = undefined;
      reportFailure(error);
      print('Nothing was written. Waiting for the next change.');
    }
  }

  async #renderAll(): Promise<void> {
    const { env, org, out } = this.#options;
    const start = performance.now();
    const fleets = await loadFleets({ ...(env && { env }), ...(org && { org }) });
    const changes = this.#write(fleets, this.#options);
    const pairs = fleets.flatMap((fleet) => fleet.orgs.map((each) => [each.name, fleet.environment.name] as const));
    this.#places = new Map([...Map.groupBy(pairs, ([name]) => name)].map(([name, list]) => [name, list.map(([, place]) => place)]));
    reportWatched(changes, { out, ms: performance.now() - start });
  }

  /** Only what a change can have touched: the orgs whose stacks import it, or everything. */
  async #renderChanged(files: readonly string[]): Promise<void> {
    const modules = new Set(files.flatMap((file) => [...this.#modules.change(file)]));
    const isElsewhere = files.some((file) => !modules.has(file) && this.#concernsFleet(file));
    if (!isElsewhere && modules.size === 0) return;
    if (isElsewhere || this.#places === undefined) {
      // A module that was missing may be there now, and whoever failed to import it has to try again.
      if (isElsewhere) this.#modules.files.forEach((file) => this.#modules.change(file));
      return this.#renderAll();
    }
    const [org, ...others] = [...modules].flatMap((file) => this.#orgOf(file) ?? []);
    const env = org === undefined ? undefined : this.#places.get(org);
    if (others.length > 0) await this.#renderAll();
    else if (org !== undefined && env !== undefined) await this.#renderOrg(org, env);
  }

  #orgOf(file: string): string | undefined {
    return dirname(file) === this.#stacks ? basename(file, extname(file)) : undefined;
  }

  async #renderOrg(org: string, env: readonly string[]): Promise<void> {
    const start = performance.now();
    const selection = { env, org: [org] };
    const changes = this.#write(await loadFleets(selection), selection);
    reportWatched(changes, { out: this.#options.out, ms: performance.now() - start });
  }

  #write(fleets: readonly Fleet[], selection: SelectionOptions): TreeChanges {
    const judgement = new Judgement(fleets);
    judgement.refuseErrors();
    const changes = renderInto(this.#tree, fleets, judgement, coveredPaths(fleets, selection));
    if (judgement.findings.length > 0) printAside(`${reportFindings(judgement.findings)}\n`);
    return changes;
  }

  /** Programs and data of the project, and not what editors leave beside them. */
  #concernsFleet(file: string): boolean {
    if (dirname(file) === this.#root && (basename(file) === 'tools.lock' || basename(file) === 'tools.yaml')) return true;
    return /\.[jt]s$/.test(file) || (file.startsWith(join(this.#root, 'environments') + sep) && file.endsWith('.yaml'));
  }

  #watchFolders(): void {
    const environments = join(this.#root, 'environments');
    if (existsSync(environments)) this.#changes.add(environments, { recursive: true });
    this.#changes.add(this.#root);
    for (const folder of new Set([this.#stacks, ...this.#modules.files.map((file) => dirname(file))])) {
      if (existsSync(folder)) this.#changes.add(folder);
    }
  }
}

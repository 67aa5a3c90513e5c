import { basename, dirname, extname, join, sep } from 'node:path';
import { fleetFingerprint } from '../charts/index.ts';
import { type Fleet, FleetwrightError } from '../constructs/index.ts';
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
  const watched = new WatchedFleets({ out, ...selection });
  try {
    await watched.follow(end.signal);
    return 0;
  } finally {
    watched.close();
  }
}

class WatchedFleets {
  readonly #root = process.cwd();
  readonly #stacks = join(this.#root, 'stacks');
  readonly #environments = join(this.#root, 'environments');
  readonly #modules = new FreshModules(this.#root);
  readonly #changes = new FileChanges();
  readonly #options: WatchOptions;
  #tree: OutputTree;
  /** Org → the environments that it is rendered in; `undefined` while the last run has failed, so that the next one is about all. */
  #places: ReadonlyMap<string, readonly string[]> | undefined;
  /** What `fleet.json` says of each org in each environment. */
  #known: ReadonlySet<string> = new Set();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#tree = this.#openTree();
  }

  async follow(signal: AbortSignal): Promise<void> {
    // What is written while the first run lasts is told of next.
    this.#watchFolders();
    await this.#attempt(() => this.#renderAll());
    for (;;) {
      const files = await this.#changes.next(signal);
      if (files === undefined) return;
      // What is written into a new folder while it is rendered is told of next.
      this.#watchFolders();
      await this.#attempt(() => this.#renderChanged(files));
    }
  }

  close(): void {
    this.#changes.close();
    this.#tree.close();
  }

  #openTree(): OutputTree {
    const { out } = this.#options;
    return OutputTree.open({ root: out, cacheFile: cacheFileOf(out) });
  }

  async #attempt(render: () => Promise<void>): Promise<void> {
    try {
      await this.#withTree(render);
    } catch (error) {
      this.#places = undefined;
      this.#watchFolders();
      reportFailure(error);
      print('Nothing was written. Waiting for the next change.');
    }
  }

  /** Whoever deletes the tree deletes the lock in it, which is taken again unless another run has it by now. */
  async #withTree(render: () => Promise<void>): Promise<void> {
    try {
      await render();
    } catch (error) {
      if (!(error instanceof FleetwrightError) || error.code !== 'FW_OUTPUT_LOCKED') throw error;
      this.#tree.close();
      this.#tree = this.#openTree();
      await this.#renderAll();
    }
  }

  async #renderAll(): Promise<void> {
    const { env, org, out } = this.#options;
    const start = performance.now();
    const fleets = await loadFleets({ ...(env && { env }), ...(org && { org }) });
    const changes = this.#write(fleets, this.#options);
    const pairs = fleets.flatMap((fleet) => fleet.orgs.map((each) => [each.name, fleet.environment.name] as const));
    this.#places = new Map([...Map.groupBy(pairs, ([name]) => name)].map(([name, list]) => [name, list.map(([, place]) => place)]));
    this.#known = new Set(fleets.flatMap(fingerprintsOf));
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
    const fleets = await loadFleets(selection);
    // One file names all orgs, and only a run about all of them writes it.
    if (!fleets.flatMap(fingerprintsOf).every((fingerprint) => this.#known.has(fingerprint))) return this.#renderAll();
    const changes = this.#write(fleets, selection);
    reportWatched(changes, { out: this.#options.out, ms: performance.now() - start });
  }

  #write(fleets: readonly Fleet[], selection: SelectionOptions): TreeChanges {
    // Now it is known what the stacks import; whoever is told that this run is done may change it at once.
    this.#watchFolders();
    const judgement = new Judgement(fleets, { forms: true });
    judgement.refuseErrors();
    const changes = renderInto(this.#tree, fleets, judgement, coveredPaths(fleets, selection));
    if (judgement.findings.length > 0) printAside(`${reportFindings(judgement.findings)}\n`);
    return changes;
  }

  /** Programs and data of the project, and not what editors leave beside them. */
  #concernsFleet(file: string): boolean {
    if (dirname(file) === this.#root && (basename(file) === 'tools.lock' || basename(file) === 'tools.yaml')) return true;
    if (this.#changes.has(file) || file === this.#stacks || file === this.#environments) return true;
    return /\.[jt]s$/.test(file) || (file.startsWith(this.#environments + sep) && file.endsWith('.yaml'));
  }

  #watchFolders(): void {
    this.#changes.add(this.#environments, { recursive: true });
    this.#changes.add(this.#root);
    for (const folder of new Set([this.#stacks, ...this.#modules.files.map((file) => dirname(file))])) this.#changes.add(folder);
  }
}

function fingerprintsOf({ orgs }: Fleet): string[] {
  return orgs.map(fleetFingerprint);
}

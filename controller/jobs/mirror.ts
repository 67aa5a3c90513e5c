import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiObject, type Kubernetes, KubernetesError } from './kubernetes.ts';

/** How many objects come in one answer. */
const PAGE = 250;

/** How long one watch lasts, in seconds. The server ends it; should it be gone without a word, we do a little later. */
const WATCH_SECONDS = 240;

/** Shortest and longest pause after a failure, in milliseconds. */
const PAUSE = { first: 200, longest: 30_000 } as const;

/** The versions of the list are no longer known. */
const GONE = 410;

/** What is mirrored. */
export interface MirrorOptions<Item> {
  readonly kubernetes: Kubernetes;
  /** Path of the list, without a query. */
  readonly path: string;
  readonly labelSelector: string;
  /** Takes what is needed of an object, so that no more is kept. */
  readonly read: (object: ApiObject) => Item;
  /** Hears what went wrong; the mirror goes on. */
  readonly onError: (error: unknown) => void;
}

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly ApiObject[];
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: ApiObject & { readonly metadata: { readonly resourceVersion: string }; readonly code?: number };
}

/**
 * Objects of the API by name, kept up to date: listed once, then watched.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Mirror<Item> {
  readonly #options: MirrorOptions<Item>;
  readonly #stop = new AbortController();
  readonly #working: Promise<void>;
  #items = new Map<string, Item>();
  #listed = false;
  /** How far we have come; undefined when all is to be listed anew. */
  #version: string | undefined;

  constructor(options: MirrorOptions<Item>) {
    this.#options = options;
    this.#working = this.#work();
  }

  /** What there is, by name; nothing until it has been listed. */
  get items(): ReadonlyMap<string, Item> | undefined {
    return this.#listed ? this.#items : undefined;
  }

  /** Takes in what the caller has made, unless more is known of it already. */
  add(object: ApiObject): void {
    if (!this.#items.has(object.metadata.name)) this.#items.set(object.metadata.name, this.#options.read(object));
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    let pause: number = PAUSE.first;
    while (!signal.aborted) {
      try {
        /* eslint-disable no-await-in-loop -- one watch after the other */
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
        pause = PAUSE.first;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof KubernetesError && error.status === GONE) this.#version = undefined;
        else this.#options.onError(error);
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
        pause = Math.min(PAUSE.longest, pause * 2);
        /* eslint-enable no-await-in-loop */
      }
    }
  }

  /** @returns the version of the list */
  async #list(): Promise<string> {
    const { kubernetes, path, read } = this.#options;
    const items = new Map<string, Item>();
    let next = '';
    for (;;) {
      // Page by page.
      const { items: page, metadata } = await kubernetes.get<List>(`${path}?${this.#query({ limit: PAGE, continue: next })}`);
      for (const object of page) items.set(object.metadata.name, read(object));
      next = metadata.continue ?? '';
      if (next !== '') continue;
      this.#items = items;
      this.#listed = true;
      return metadata.resourceVersion;
    }
  }

  /** @throws KubernetesError GONE if all has to be listed again */
  async #watch(from: string): Promise<void> {
    const { kubernetes, path } = this.#options;
    const query = this.#query({ watch: 1, allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: WATCH_SECONDS });
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout((WATCH_SECONDS + 15) * 1000)]);
    for await (const line of kubernetes.lines(`${path}?${query}`, signal)) {
      const { type, object } = line as Change;
      if (type === 'ERROR') throw new KubernetesError(object.code ?? GONE, 'The watch ended');
      if (type === 'DELETED') this.#items.delete(object.metadata.name);
      else if (type !== 'BOOKMARK') this.#items.set(object.metadata.name, this.#options.read(object));
      this.#version = object.metadata.resourceVersion;
    }
  }

  #query(rest: Readonly<Record<string, string | number>>): string {
    const query = new URLSearchParams({ labelSelector: this.#options.labelSelector });
    for (const [key, value] of Object.entries(rest)) query.set(key, String(value));
    return query.toString();
  }
}

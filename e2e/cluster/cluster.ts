import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryName } from '../binaries/index.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import type { ApiClient } from './client.ts';
import type { Component } from './component.ts';
import { startControlPlane } from './control-plane.ts';
import type { RunFolder } from './run-folder.ts';

/** What kind of cluster. */
export interface ClusterOptions {
  /** The run that the cluster belongs to. */
  readonly run: RunFolder;
  /** Path of each binary that the cluster needs. */
  readonly binaries: Readonly<Partial<Record<BinaryName, string>>>;
  /** With controller manager, scheduler and fake nodes; without them nothing reconciles. */
  readonly controlPlane?: { readonly kwokModule: string; readonly nodes: number };
}

/** A Kubernetes cluster on loopback with a data folder of its own. Whoever starts it stops it. */
export class Cluster {
  /** Seconds from nothing to ready. */
  readonly startSeconds: number;
  /** Kubeconfig with all rights, for programs such as kubectl. */
  readonly kubeconfig: string;
  readonly #server: ApiServer;
  readonly #cleanup: Cleanup;

  /** Starts a cluster and waits until it is ready. When that fails nothing is left running. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const begin = performance.now();
    const folder = mkdtempSync(join(options.run.path, 'cluster-'));
    const cleanup = new Cleanup(folder);
    const binary = (name: BinaryName) => requireBinary(options, name);
    const started = (component: Component) => cleanup.add(component);
    try {
      const server = await startApiServer({ run: options.run, folder, binary }, started);
      if (options.controlPlane) await startControlPlane(server, { run: options.run, folder, binary, ...options.controlPlane }, started);
      return new Cluster(server, cleanup, (performance.now() - begin) / 1000);
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  }

  private constructor(server: ApiServer, cleanup: Cleanup, startSeconds: number) {
    this.#server = server;
    this.#cleanup = cleanup;
    this.startSeconds = startSeconds;
    this.kubeconfig = server.pki.kubeconfig('admin');
  }

  /** Speaks to the API server with all rights. */
  get client(): ApiClient {
    return this.#server.client;
  }

  /** Process ids and folder, for those who want to see that nothing is left. */
  get traces(): { readonly pids: readonly number[]; readonly folder: string } {
    return this.#cleanup.traces;
  }

  /** Stops every program and removes the data. */
  async stop(): Promise<void> {
    this.client.close();
    await this.#cleanup.run();
  }
}

/** What is to be undone at the end, or when this process ends first. */
class Cleanup {
  readonly #folder: string;
  readonly #components: Component[] = [];
  readonly #atExit = () => this.#runNow();

  constructor(folder: string) {
    this.#folder = folder;
    process.once('exit', this.#atExit);
  }

  get traces(): { readonly pids: readonly number[]; readonly folder: string } {
    return { pids: this.#components.map(({ pid }) => pid), folder: this.#folder };
  }

  add(component: Component): void {
    this.#components.push(component);
  }

  async run(): Promise<void> {
    await Promise.all(this.#components.map((component) => component.stop()));
    process.removeListener('exit', this.#atExit);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #runNow(): void {
    for (const component of this.#components) component.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function requireBinary({ binaries }: ClusterOptions, name: BinaryName): string {
  const path = binaries[name];
  if (path === undefined) throw new Error(`this cluster needs ${name}, which was not built for this tier; add it in e2e/tiers.ts`);
  return path;
}

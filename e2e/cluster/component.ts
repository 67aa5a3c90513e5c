import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunFolder } from './run-folder.ts';

/** How a component is started. */
export interface ComponentOptions {
  readonly run: RunFolder;
  /** Folder of the cluster, where the log goes. */
  readonly folder: string;
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
}

/** One program of a cluster: started without a shell, stopped by its process id. */
export class Component {
  readonly name: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #ended: Promise<void>;

  constructor({ run, folder, name, binary, args }: ComponentOptions) {
    this.name = name;
    this.#log = join(folder, `${name}.log`);
    const log = openSync(this.#log, 'a');
    this.#child = spawn(binary, args, { stdio: ['ignore', log, log], cwd: folder, env: { ...process.env, ...run.environment } });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    if (this.#child.pid === undefined) throw new Error(`${name} cannot be started: ${binary} does not run`);
    this.pid = this.#child.pid;
  }

  /** Whether the program has ended, wanted or not. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines it logged. */
  logTail(lines = 15): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Kills the program and waits until it is gone. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Kills the program without waiting: for the last moments of this process. */
  kill(): void {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
  }
}

/** What `waitFor` waits for. */
export interface WaitOptions {
  /** Ends the sentence "waited for …". */
  readonly what: string;
  readonly seconds: number;
  /** When one of these ends, there is nothing to wait for. */
  readonly components?: readonly Component[];
  /** Tells why it is not so yet, or `undefined` when it is. An exception counts as a reason. */
  readonly pending: () => Promise<string | undefined>;
}

/** Waits by asking again and again, with rising pauses. Throws with the last reason when time is up. */
export async function waitFor({ what, seconds, components = [], pending }: WaitOptions): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
    const reason = await pending().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (reason === undefined) return;
    const ended = components.find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) throw new Error(`${ended.name} ended while waiting for ${what}; its log says:\n${ended.logTail()}`);
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}: ${reason}${logTails(components)}`);
    await sleep(pause);
  }
}

function logTails(components: readonly Component[]): string {
  return components.map((component) => `\n--- ${component.name}\n${component.logTail()}`).join('');
}

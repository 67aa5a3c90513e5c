import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Lines } from './lines.ts';
import { knownProcess, send } from './processes.ts';
import { ownProgram } from '../programs.ts';
import type { StateFolder } from './state-folder.ts';

/** One of our own programs, and how it is to run. */
export interface ChildOptions {
  readonly program: Parameters<typeof ownProgram>[0];
  readonly args: readonly string[];
  /** On top of what every program gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default the working directory */
  readonly folder?: string;
  /** Characters of a line that are heard. @default as many as people read */
  readonly longest?: number;
  /** Hears each line that it writes. */
  readonly said: (line: string, stream: 'stderr' | 'stdout') => void;
}

/** How long output may still come when a program has ended, in milliseconds: what it started may hold the pipe. */
const LAST_OUTPUT_MS = 300;

/** What programs get of this one's environment: no key of a model, and nothing that would steer them. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'];

/**
 * A program that runs beside this one, in a group of its own so that a Ctrl-C at the terminal reaches it in its turn. It ends when this process
 * does, however that comes about; if it cannot, the next start ends it.
 */
export class Child {
  readonly #process: ChildProcess;
  #ending = false;

  /** When it has ended: its exit code, and its last words. */
  readonly ended: Promise<{ readonly code: number | undefined; readonly lastWords: string }>;

  constructor({ program, args, env = {}, folder, longest, said }: ChildOptions, state: StateFolder) {
    this.#process = spawn(process.execPath, ['--import', pathToFileURL(ownProgram('leash')).href, ownProgram(program), ...args], {
      ...(folder === undefined ? {} : { cwd: folder }),
      detached: true,
      // Programs start in half the time when their compiled form is kept.
      env: { ...inherited(), NODE_COMPILE_CACHE: state.folder('cache'), ...env, ...state.mark },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const { pid } = this.#process;
    const known = pid === undefined ? undefined : knownProcess(pid);
    if (known !== undefined) state.remember(known);
    let lastWords = '';
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = new Lines((line) => {
        if (line.trim() !== '') lastWords = line;
        said(line, name);
      }, longest);
      this.#process[name]?.on('data', (piece: Buffer) => lines.add(piece)).once('close', () => lines.end());
    }
    this.#process.stdio[3]?.on('error', () => undefined);
    this.ended = this.#waitForEnd().then((code) => {
      if (known !== undefined) state.forget(known);
      return { code, lastWords };
    });
  }

  /** Whether it was asked to end. */
  get isEnding(): boolean {
    return this.#ending;
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    if (this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null) {
      send(this.#process.pid, signal);
    }
  }

  /** Asks it to end, and kills it when the time is over. */
  async stop(graceMs: number): Promise<void> {
    this.#ending = true;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  async #waitForEnd(): Promise<number | undefined> {
    const code = await new Promise<number | undefined>((resolve) => {
      this.#process.once('error', () => resolve(undefined));
      this.#process.once('exit', (exit) => resolve(exit ?? undefined));
    });
    const closed = new Promise<void>((resolve) => this.#process.once('close', () => resolve()));
    await Promise.race([closed, sleep(LAST_OUTPUT_MS, undefined, { ref: false })]);
    for (const stream of this.#process.stdio) stream?.destroy();
    return code;
  }
}

function inherited(): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

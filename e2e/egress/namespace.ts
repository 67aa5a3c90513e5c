import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProxyAnswer, ProxyRequest, Question, Reply } from './protocol.ts';

const INSIDE = join(dirname(fileURLToPath(import.meta.url)), 'inside.ts');

type Unnumbered<Q> = Q extends Question ? Omit<Q, 'id'> : never;

/** A network namespace without a way out, in which `inside.ts` plays the internet. Needs root. */
export class Namespace {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  #questions = 0;

  /** Starts it, and waits until its servers listen. */
  static async start(): Promise<Namespace> {
    const namespace = new Namespace();
    await namespace.#reply(0);
    return namespace;
  }

  private constructor() {
    if (process.getuid?.() !== 0) throw new Error('network namespaces need root: run this tier with sudo');
    this.#child = spawn('unshare', ['--net', '--', process.execPath, INSIDE], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (reply: Reply) => this.#waiting.get(reply.id)?.resolve(reply));
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the program in the network namespace has ended'));
    });
  }

  /** The process by which others enter: `nsenter --target <pid> --net`. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends one request to the proxy in the namespace. */
  async request(request: ProxyRequest): Promise<ProxyAnswer> {
    const { answer } = await this.#ask({ kind: 'request', request });
    return answer ?? { origin: '', status: 0 };
  }

  /** All names that DNS was asked for so far. */
  async names(): Promise<readonly string[]> {
    return (await this.#ask({ kind: 'names' })).names ?? [];
  }

  /** Ends the program, and with it the namespace. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      this.#child.once('exit', resolve);
    });
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #ask(question: Unnumbered<Question>): Promise<Reply> {
    const id = ++this.#questions;
    this.#child.send({ id, ...question });
    return this.#reply(id);
  }

  async #reply(id: number): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, { reject, resolve });
    }).finally(() => this.#waiting.delete(id));
  }
}

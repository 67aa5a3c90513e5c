import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, type LogEntry, type Question, type StartedRun, type Task, type TaskEvent } from '../../controller/contract/wire/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLI = join(ROOT, 'scripts', 'fleetwright.js');
const run = promisify(execFile);
const ORG = 'factory';

/** How long something may take to come about, in milliseconds. */
const PATIENCE_MS = 180_000;

/** The org `factory` on this machine, as `fleetwright up` runs it, with nobody's key. */
export class Laptop {
  readonly #child: ChildProcess;
  readonly #state: string;
  /** All that it has printed. */
  said = '';

  /** Starts it, and waits until it takes work. @param state its state folder */
  static async start(state: string): Promise<Laptop> {
    const laptop = new Laptop(state);
    await laptop.until('it runs', () => laptop.said.includes('The fleet runs at'));
    return laptop;
  }

  private constructor(state: string) {
    const args = [CLI, 'up', '--org', ORG, '--port', '0', '--state', state];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_API_KEY$|_BASE_URL$/.test(name)));
    this.#child = spawn(process.execPath, args, { cwd: ROOT, env: { ...env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.#state = state;
  }

  /** The folder of the repository that stands for the product's. */
  get repository(): string {
    return join(this.#state, 'repositories', 'github.com', 'example', 'product.git');
  }

  /** Begins a run of the pipeline. @returns the task of each step */
  async begin(title: string): Promise<Record<string, string>> {
    const { tasks } = await this.#client.post<StartedRun>('/pipelines/idea/runs', { title });
    return Object.fromEntries(tasks.map(({ step, id }) => [step, id]));
  }

  /** What a command of a person prints. */
  async command(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, NO_COLOR: '1' };
    const { stdout } = await run(process.execPath, [CLI, ...args, '--state', this.#state], { cwd: ROOT, env });
    return stdout;
  }

  /** Waits until a person is asked about the task, or about any. */
  async asked(task?: string): Promise<Question> {
    return this.until('a person is asked', async () => {
      const { items } = await this.#client.get<{ items: Question[] }>('/questions?open=true');
      const unexpected = items.find(({ kind }) => kind === 'escalation');
      if (unexpected !== undefined) throw new Error(`${unexpected.text}\n${this.said.slice(-4000)}`);
      return task === undefined ? items[0] : items.find((each) => each.task === task);
    });
  }

  /** Waits until a person is asked about the task, and answers. */
  async answer(task: string, approved: boolean): Promise<Question> {
    const question = await this.asked(task);
    await this.#client.post(`/questions/${question.id}/answer`, { answer: { approved } });
    return question;
  }

  /** Waits until the task has ended. */
  async end(task: string): Promise<Task> {
    return this.until(`task ${task} has ended`, async () => {
      const seen = await this.#client.get<Task>(`/tasks/${task}`);
      return seen.endedAt === undefined ? undefined : seen;
    });
  }

  /** The sub-tasks of a task, the first one first. */
  async below(task: string): Promise<Task[]> {
    const { items } = await this.#client.get<{ items: { id: string }[] }>(`/tasks?parent=${task}`);
    const tasks = await Promise.all(items.map(async ({ id }) => this.#client.get<Task>(`/tasks/${id}`)));
    return tasks.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  }

  /** When a task was first taken up, in milliseconds. */
  async begun(task: string): Promise<number> {
    const { items } = await this.#client.get<{ items: TaskEvent[] }>(`/tasks/${task}/events?limit=1000`);
    return Date.parse(items.find(({ kind }) => kind === 'claimed')?.at ?? '');
  }

  /** What a task has printed. */
  async log(task: string): Promise<string> {
    const { items } = await this.#client.get<{ items: LogEntry[] }>(`/tasks/${task}/log?limit=1000`);
    return items.map(({ text }) => text).join('');
  }

  /** What was counted, by model. */
  async usage(): Promise<unknown> {
    return this.#client.get('/usage');
  }

  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGINT');
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    return code;
  }

  /** Looks again and again. */
  async until<Found>(what: string, look: () => Found | Promise<Found>): Promise<NonNullable<Exclude<Found, false>>> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`It has ended before ${what}:\n${this.said}`);
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<Found, false>>;
      if (performance.now() > end) throw new Error(`Not so after ${PATIENCE_MS / 1000} s: ${what}\n${this.said.slice(-4000)}`);
      await sleep(100);
    }
  }

  get #client(): Client {
    const { url, tokens } = JSON.parse(readFileSync(join(this.#state, 'running.json'), 'utf8')) as { url: string; tokens: string };
    return new Client({ url, org: ORG, token: () => (JSON.parse(readFileSync(tokens, 'utf8')) as Record<string, string>)[ORG] ?? '' });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../test/free-port.ts';
import { Client, CONTRACT_VERSION, type LogEntry, type NewTask, type Task } from '../../contract/wire/index.ts';

const CONTROLLER = join(import.meta.dirname, '..', '..', 'main.ts');
const WORKER = join(import.meta.dirname, '..', 'main.ts');
const ORG = 'acme';

/** How a worker is started. */
export interface TestWorkerOptions {
  readonly agent: string;
  /** A shell script: the agent's program. */
  readonly script?: string;
  /** The agent's program, if it is no script. */
  readonly program?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A worker's process. */
export class TestWorker {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  stderr = '';

  constructor(process: ChildProcess) {
    this.process = process;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exit = once(process, 'exit').then(([code]) => code as number | null);
  }

  /** The most memory that it has had, in bytes. */
  get mostMemory(): number {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }
}

/** A real controller with an embedded database, and workers, each a process of its own. */
export class TestFleet {
  readonly folder = mkdtempSync(join(tmpdir(), 'fleetwright-worker-'));
  readonly #workers: TestWorker[] = [];
  #port = 0;
  #controller: ChildProcess | undefined;
  #admin: Client | undefined;

  /** @param agents names of agents, with their lease in seconds and the attempts that they get */
  static async start(agents: Readonly<Record<string, object>>): Promise<TestFleet> {
    const fleet = new TestFleet();
    const modes = Object.fromEntries(Object.entries(agents).map(([name, agent]) => [name, { mode: 'pool', leaseSeconds: 3, ...agent }]));
    writeFileSync(join(fleet.folder, 'fleet.json'), JSON.stringify({ contract: CONTRACT_VERSION, orgs: { [ORG]: { agents: modes } } }));
    fleet.#port = await freePort();
    await fleet.startController();
    const { token } = await fleet.admin.post<{ token: string }>('/tokens', { name: 'worker', role: 'worker', agents: Object.keys(agents) });
    writeFileSync(join(fleet.folder, 'token'), `${token}\n`);
    return fleet;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Calls the API as an administrator. */
  get admin(): Client {
    this.#admin ??= new Client({ url: this.url, org: ORG, token: () => this.#tokens()[ORG] ?? '' });
    return this.#admin;
  }

  async startController(): Promise<void> {
    const args = [
      CONTROLLER,
      '--fleet',
      join(this.folder, 'fleet.json'),
      '--data',
      join(this.folder, 'data'),
      '--port',
      String(this.#port),
    ];
    const controller = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#controller = controller;
    let said = '';
    controller.stderr.on('data', (piece: Buffer) => (said += String(piece)));
    controller.stdout.on('data', (piece: Buffer) => (said += String(piece)));
    await until(() => {
      if (controller.exitCode !== null) throw new Error(`The controller has ended: ${said}`);
      return said.includes('listens on');
    });
  }

  async killController(): Promise<void> {
    this.#controller?.kill('SIGKILL');
    if (this.#controller !== undefined) await once(this.#controller, 'exit');
  }

  worker({ agent, script = '', program = ['sh', '-c', script], args = [], env = {} }: TestWorkerOptions): TestWorker {
    const tmp = join(this.folder, agent);
    mkdirSync(tmp, { recursive: true });
    const child = spawn(process.execPath, [WORKER, 'run', '--health', '0', ...args, '--', ...program], {
      cwd: tmp,
      env: {
        PATH: process.env['PATH'],
        TMPDIR: tmp,
        AGENT_NAME: agent,
        AGENT_NAMESPACE: ORG,
        AGENT_DISPATCHER_URL: this.url,
        AGENT_DISPATCHER_TOKEN_FILE: join(this.folder, 'token'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const worker = new TestWorker(child);
    this.#workers.push(worker);
    return worker;
  }

  /** A path in the folder in which the agent's workers run. */
  path(agent: string, name: string): string {
    return join(this.folder, agent, name);
  }

  async schedule(agent: string, task: Partial<NewTask> = {}): Promise<string> {
    const { tasks } = await this.admin.post<{ tasks: { task: string }[] }>('/tasks', { tasks: [{ agent, title: 'A task', ...task }] });
    return tasks[0]?.task ?? '';
  }

  async see(task: string): Promise<Task> {
    return this.admin.get<Task>(`/tasks/${task}`);
  }

  /** Waits until the task is in one of these states. */
  async reach(task: string, ...states: string[]): Promise<Task> {
    return until(async () => {
      const seen = await this.see(task);
      return states.includes(seen.state) ? seen : undefined;
    });
  }

  async log(task: string): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (;;) {
      const after = entries.at(-1)?.id;
      // Page by page.
      const { items } = await this.admin.get<{ items: LogEntry[] }>(
        `/tasks/${task}/log?limit=1000${after === undefined ? '' : `&after=${after}`}`,
      );
      if (items.length === 0) return entries;
      entries.push(...items);
    }
  }

  async stop(): Promise<void> {
    for (const { process: worker, exit } of this.#workers) {
      worker.kill('SIGKILL');
      if (worker.exitCode === null && worker.signalCode === null) await exit;
    }
    await this.killController();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #tokens(): Record<string, string> {
    return JSON.parse(readFileSync(join(this.folder, 'data', 'admin-tokens.json'), 'utf8')) as Record<string, string>;
  }
}

/** Waits until something is so: looks again and again for a minute. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`Not so after a minute: ${String(look)}`);
    await sleep(50);
  }
}

/** Whether there is such a process. One that has ended and was not yet taken note of is none. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

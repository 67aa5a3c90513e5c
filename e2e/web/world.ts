import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Claim, CONTRACT_VERSION, type Fleet, type NewTask, type Scheduled } from '../../controller/contract/wire/index.ts';
import { aController, type Controller } from '../../controller/http/testing/index.ts';
import { runCommand } from '../binaries/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOLLAR = 1_000_000;

/** Each agent may spend a dollar on a task, and keeps it for as long as a slow test takes. */
const OWN = { taskBudget: DOLLAR, leaseSeconds: 3600 } as const;

/** The org that the page is shown with. */
export const ORG = 'factory';

/** Another one of the same controller. */
export const OTHER_ORG = 'hello';

const FLEET: Fleet = {
  contract: CONTRACT_VERSION,
  orgs: {
    [ORG]: {
      maxRunning: 40,
      budgets: [{ limit: 150 * DOLLAR, window: 'day', timeZone: 'Europe/Berlin' }],
      agents: {
        analyst: {
          mode: 'job',
          ...OWN,
          skills: ['analysis'],
          models: ['strong', 'fast'],
          budgets: [{ limit: 10 * DOLLAR, window: 'day' }],
        },
        architect: { mode: 'job', ...OWN, skills: ['design'], models: ['strong'] },
        developer: {
          mode: 'pool',
          skills: ['typescript', 'rust'],
          models: ['strong', 'fast'],
          image: `ghcr.io/example/reference-agent@sha256:${'4f'.repeat(32)}`,
          maxRunning: 8,
          ...OWN,
          subTasks: { count: 20, depth: 2 },
          budgets: [{ limit: 60 * DOLLAR, window: 'day' }],
        },
        tester: { mode: 'pool', ...OWN, skills: ['tests'], attempts: 1 },
        reviewer: { mode: 'pool', ...OWN, skills: ['review'] },
        archivist: { mode: 'pool', ...OWN, paused: true },
        integrator: {
          mode: 'pool',
          ...OWN,
          local: { repository: '/home/ada/fleet/.fleetwright/repositories/git.example.com/shopping.git' },
        },
      },
      pipelines: {
        idea: {
          steps: [
            { id: 'specify', agent: 'analyst', title: 'Specify' },
            { id: 'build', agent: 'developer', title: 'Build', needs: ['specify'] },
          ],
        },
      },
    },
    [OTHER_ORG]: { agents: { greeter: { mode: 'job', ...OWN } } },
  },
};

const AGENTS = Object.keys(FLEET.orgs[ORG]?.agents ?? {});

/** The real controller on a database of its own, and what workers and programs say to it. */
export class World {
  readonly #folder: string;
  readonly #options: readonly string[];
  #controller: Controller | undefined;
  #tokens: Readonly<Record<string, string>> = {};
  #worker = '';

  private constructor(folder: string, options: readonly string[]) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Builds the page, if it has changed, and starts the controller. */
  static async open(folder: string, ...options: string[]): Promise<World> {
    const built = await runCommand(process.execPath, [join(ROOT, 'controller', 'web', 'build.ts')]);
    if (built.code !== 0) throw new Error(`The page cannot be built: ${built.stderr}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'fleet.json'), JSON.stringify(FLEET));
    const world = new World(folder, options);
    await world.start();
    world.#tokens = JSON.parse(readFileSync(join(folder, 'data', 'admin-tokens.json'), 'utf8')) as Record<string, string>;
    const made = await world.call<{ token: string }>('POST', '/tokens', { name: 'worker of the factory', role: 'worker', agents: AGENTS });
    world.#worker = made.token;
    return world;
  }

  /** Starts the controller, again on the same port. */
  async start(): Promise<void> {
    const port = this.#controller === undefined ? [] : ['--port', new URL(this.#controller.url).port];
    const files = ['--fleet', join(this.#folder, 'fleet.json'), '--rate', '100000'];
    this.#controller = await aController(join(this.#folder, 'data'), ...files, ...this.#options, ...port);
  }

  get url(): string {
    return this.#controller?.url ?? '';
  }

  /** Everything that the controller has printed. */
  printed(): string {
    return this.#controller?.printed() ?? '';
  }

  /** Ends the controller. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#controller?.end(signal);
  }

  /** Calls the API as an admin of the org. */
  async call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return this.#send(this.token, method, `/orgs/${ORG}${path}`, body);
  }

  /** Calls the API as a worker of all agents. */
  async work<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#send(this.#worker, 'POST', `/orgs/${ORG}${path}`, body);
  }

  /** Path of the page that signs a browser in. */
  async signInPath(role: 'viewer' | 'operator' | 'admin' = 'admin', org = ORG): Promise<string> {
    const { code } = await this.#send<{ code: string }>(this.#tokens[org] ?? '', 'POST', '/sign-in-codes', { name: 'Ada', role });
    return `/sign-in#${code}`;
  }

  /** A token of the org. */
  get token(): string {
    return this.#tokens[ORG] ?? '';
  }

  /** Schedules tasks. @returns their ids */
  async schedule(...tasks: readonly NewTask[]): Promise<string[]> {
    const answer = await this.call<{ tasks: Scheduled[] }>('POST', '/tasks', { tasks });
    return answer.tasks.map(({ task }) => task);
  }

  /** Schedules one task, for the developer unless told otherwise. */
  async task(task: Partial<NewTask> = {}): Promise<string> {
    const [id = ''] = await this.schedule({ agent: 'developer', title: 'A task', ...task });
    return id;
  }

  /** Claims the task that an agent is to do next, and begins it. */
  async begin(agent = 'developer'): Promise<Claim> {
    const { claims } = await this.work<{ claims: Claim[] }>('/claims', { agents: [agent], waitSeconds: 5 });
    const [claim] = claims;
    if (claim === undefined) throw new Error(`There is nothing to do for ${agent}`);
    await this.work(`/tasks/${claim.fence.task}/start`, { fence: claim.fence, worker: `${agent}-7c9d4` });
    return claim;
  }

  /** Ends all that has not ended. */
  async clear(): Promise<void> {
    const { items } = await this.call<{ items: { id: string; endedAt?: string }[] }>('GET', '/tasks?limit=1000');
    const open = items.filter(({ endedAt }) => endedAt === undefined);
    await Promise.all(open.map(async ({ id }) => this.call('POST', `/tasks/${id}/cancel`, { reason: 'The test is over' })));
  }

  /** Writes into the log of a task. */
  async log({ fence }: Claim, seq: number, text: string, stream = 'stdout'): Promise<void> {
    await this.work(`/tasks/${fence.task}/log`, { fence, chunks: [{ seq, stream, text }] });
  }

  /** Ends an attempt. */
  async complete({ fence }: Claim, report: Readonly<Record<string, unknown>> = { outcome: 'succeeded' }): Promise<void> {
    await this.work('/completions', { completions: [{ fence, ...report }] });
  }

  /** Asks people. */
  async ask({ fence }: Claim, ask: Readonly<Record<string, unknown>>): Promise<string> {
    return (await this.work<{ question: string }>(`/tasks/${fence.task}/questions`, { fence, ...ask })).question;
  }

  async #send<Answer>(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }
}

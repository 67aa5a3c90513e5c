import { Refusal } from '../../controller/contract/wire/index.ts';
import { prepareFolder, setUp, tokenFile } from './agent-folder.ts';
import { Child } from './child.ts';
import type { Controller } from './controller.ts';
import type { PlannedAgent } from './plan.ts';
import type { StateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';
import type { Tools } from './tools.ts';

/** How long a worker that has nothing to do is kept: an idle one takes as much memory as a busy one. In milliseconds. */
const IDLE_MS = 30_000;

/** How long a worker has to end beyond what its program gets, in milliseconds. */
const LAST_WORDS_MS = 3000;

/** How often a worker may die without having had a task before it is given up. */
const DEATHS = 3;

/** What a worker says when it begins a task, and when it is through with it. */
const BEGINS = /^task \S+, attempt \d+: claimed$/;
const ENDS = /^task (\S+), attempt \d+: (?!claimed$)/;

interface Worker {
  readonly child: Child;
  busy: boolean;
  /** Since when it has had nothing to do, in milliseconds of this process. */
  idleSince: number;
  /** Whether it ends as soon as it has nothing to do. */
  leaving: boolean;
}

/** What workers need around them. */
export interface WorkersOptions {
  readonly state: StateFolder;
  readonly terminal: Terminal;
  readonly controller: Controller;
  readonly tools: Tools;
}

/** The workers of one agent: none while there is nothing to do, and as many as are useful while there is. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #who: string;
  readonly #workers = new Set<Worker>();
  #agent: PlannedAgent;
  #deaths = 0;
  #isStarting = false;
  #stopped = false;
  #notBefore = 0;
  /** Why it is not started any more. */
  #obstacle: string | undefined;

  constructor(agent: PlannedAgent, options: WorkersOptions) {
    this.#agent = agent;
    this.#options = options;
    this.#who = `${agent.org}/${agent.name}`;
  }

  get agent(): PlannedAgent {
    return this.#agent;
  }

  get count(): number {
    return this.#workers.size;
  }

  /** Its contract has changed: workers that are busy end with their task, and new ones begin with the new one. */
  change(agent: PlannedAgent): void {
    if (JSON.stringify(agent) === JSON.stringify(this.#agent)) return;
    this.#agent = agent;
    this.#obstacle = undefined;
    this.#deaths = 0;
    this.leave();
  }

  /** Lets all workers end, each with its task. */
  leave(): void {
    for (const worker of this.#workers) {
      worker.leaving = true;
      if (!worker.busy) void this.#stop(worker);
    }
  }

  /** @param ready how many tasks could be worked on, begun ones included */
  async want(ready: number): Promise<void> {
    const { obstacle, most, dispatched } = this.#agent;
    if (this.#stopped || (obstacle ?? this.#obstacle) !== undefined) return;
    const staying = [...this.#workers].filter(({ leaving, child }) => !leaving && !child.isEnding);
    const wanted = dispatched ? Math.min(most, ready) : 1;
    for (let index = staying.length; index < wanted; index += 1) await this.#start(index);
    if (!dispatched) return;
    const now = performance.now();
    for (const worker of staying.slice(wanted)) if (!worker.busy && now - worker.idleSince > IDLE_MS) void this.#stop(worker);
  }

  /** Ends all workers; what they work on goes back into the queue. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#workers].map(async (worker) => this.#stop(worker)));
  }

  async #start(index: number): Promise<void> {
    if (this.#isStarting || performance.now() < this.#notBefore) return;
    this.#isStarting = true;
    try {
      await this.#run(index);
    } catch (error) {
      if (error instanceof Refusal) this.#notBefore = performance.now() + 1000;
      else this.#giveUp(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isStarting = false;
    }
  }

  async #run(index: number): Promise<void> {
    const { state, tools } = this.#options;
    const agent = this.#agent;
    const folder = prepareFolder(agent, state, index);
    await setUp(agent, folder, state);
    if (agent.dispatched) await this.#makeToken(agent);
    for (const id of agent.tools) void tools.start(id);
    if (this.#stopped) return;
    const program = agent.command.length === 0 ? [] : ['--', ...agent.command];
    const args = ['run', '--adapter', agent.adapter, '--health', '0', '--grace', String(agent.graceSeconds), ...program];
    const child = new Child(
      { program: 'worker', args, env: folder.env, folder: folder.cwd, said: (line, stream) => this.#hear(worker, line, stream) },
      state,
    );
    const worker: Worker = { child, busy: false, idleSince: performance.now(), leaving: false };
    this.#workers.add(worker);
    void child.ended.then(async ({ code, lastWords }) => this.#see(worker, code, lastWords));
  }

  #hear(worker: Worker, line: string, stream: 'stderr' | 'stdout'): void {
    const ends = ENDS.exec(line);
    if (stream === 'stderr' && BEGINS.test(line)) {
      worker.busy = true;
      this.#deaths = 0;
    } else if (stream === 'stderr' && ends !== null) {
      worker.busy = false;
      worker.idleSince = performance.now();
      if (worker.leaving) void this.#stop(worker);
    }
    const isUsual = BEGINS.test(line) || / (recorded|replayed)$/.test(line);
    if (!isUsual) this.#options.terminal.say(this.#who, line);
  }

  async #see(worker: Worker, code: number | undefined, lastWords: string): Promise<void> {
    this.#workers.delete(worker);
    if (worker.child.isEnding || this.#stopped) return;
    this.#deaths += 1;
    if (this.#deaths >= DEATHS)
      return this.#giveUp(`it ended ${DEATHS} times, the last time with ${code}: ${lastWords.replace(/^error: /, '')}`);
    this.#notBefore = performance.now() + 1000 * 2 ** this.#deaths;
  }

  #giveUp(why: string): void {
    this.#obstacle = why;
    this.#options.terminal.say(this.#who, `does not run: ${why}. It is tried again when its stack changes.`);
  }

  async #stop(worker: Worker): Promise<void> {
    await worker.child.stop(this.#agent.graceSeconds * 1000 + LAST_WORDS_MS);
    this.#workers.delete(worker);
  }

  /** A token for this agent alone. The one of an earlier run is used again, unless it is not valid any more. */
  async #makeToken({ org, name }: PlannedAgent): Promise<void> {
    const { state, controller } = this.#options;
    const { file, token } = tokenFile({ org, name }, state);
    const client = controller.client(org);
    if (token !== undefined && (await controller.knows(token))) return;
    const body = { name: `up: ${name}`, role: 'worker', agents: [name] };
    const { token: made } = await client.post<{ readonly token: string }>('/tokens', body, { retryMs: 5000 });
    state.write(file, `${made}\n`);
  }
}

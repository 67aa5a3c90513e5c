import { connect, createServer, type AddressInfo } from 'node:net';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.ts';
import type { PlannedTool } from './plan.ts';
import type { StateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';

/** How long a call waits for a tool that starts, and how long a tool has to end, in milliseconds. */
const PATIENCE_MS = 30_000;
const STOP_MS = 3000;
const LOOK_MS = 50;

/** How often a tool that has ended is started again. */
const RESTARTS = 3;

/** What programs that fetch packages go by. */
const OF_NPM = /^(npm_config_.*|https?_proxy|no_proxy)$/i;

interface RunningTool {
  readonly plan: string;
  readonly child: Child;
  readonly url: URL;
  ready: boolean;
  starts: number;
  /** Why it does not run. */
  ended?: string;
}

/** The fleet's tools, each a real MCP server behind a bridge of its own, started when an agent that uses it is. */
export class Tools {
  readonly #state: StateFolder;
  readonly #terminal: Terminal;
  readonly #running = new Map<string, RunningTool>();
  #plans: ReadonlyMap<string, PlannedTool> = new Map();

  constructor(state: StateFolder, terminal: Terminal) {
    this.#state = state;
    this.#terminal = terminal;
  }

  /** What there is from now on. Those that have changed, or are there no more, end. */
  async plan(tools: readonly PlannedTool[]): Promise<void> {
    this.#plans = new Map(tools.map((tool) => [tool.id, tool]));
    const changed = [...this.#running].filter(([id, { plan }]) => plan !== JSON.stringify(this.#plans.get(id)));
    for (const [id] of changed) this.#running.delete(id);
    await Promise.all(changed.map(async ([, { child }]) => child.stop(STOP_MS)));
  }

  /** Starts a tool, unless it runs. */
  async start(id: string): Promise<void> {
    const plan = this.#plans.get(id);
    if (plan !== undefined && !this.#running.has(id)) await this.#run(plan, 1);
  }

  /** Where a tool is. @throws Error if there is none, or it does not become ready in time */
  async urlOf(id: string): Promise<URL> {
    await this.start(id);
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const tool = this.#running.get(id);
      if (tool === undefined) throw new Error(`There is no tool '${id}' here`);
      if (tool.ended !== undefined) throw new Error(`The tool '${id}' does not run: ${tool.ended}`);
      if (tool.ready || (tool.ready = await isOpen(Number(tool.url.port)))) return tool.url;
      if (performance.now() > end) throw this.#late(id);
      await sleep(LOOK_MS);
    }
  }

  /** Whoever called may keep the reason to itself. */
  #late(id: string): Error {
    const why = `is not ready after ${PATIENCE_MS / 1000} seconds`;
    this.#terminal.say(id, `${why}; its agents work without it until it is`);
    return new Error(`The tool '${id}' ${why}`);
  }

  async stop(): Promise<void> {
    this.#plans = new Map();
    await Promise.all([...this.#running.values()].map(async ({ child }) => child.stop(STOP_MS)));
  }

  async #run(plan: PlannedTool, starts: number): Promise<void> {
    const {
      id,
      verb: [verb = '', ...rest],
      env,
      folder,
    } = plan;
    const port = await freePort();
    if (this.#running.has(id) && starts === 1) return;
    mkdirSync(folder, { recursive: true });
    const child = new Child(
      {
        program: 'worker',
        args: [verb, '--listen', `127.0.0.1:${port}`, ...rest],
        env: {
          ...Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => OF_NPM.test(entry[0]))),
          ...env,
        },
        folder,
        said: (line) => this.#terminal.say(id, line),
      },
      this.#state,
    );
    const tool: RunningTool = { plan: JSON.stringify(plan), child, url: new URL(`http://127.0.0.1:${port}/mcp`), ready: false, starts };
    this.#running.set(id, tool);
    void child.ended.then(async ({ lastWords }) => this.#see(tool, plan, lastWords));
  }

  async #see(tool: RunningTool, plan: PlannedTool, lastWords: string): Promise<void> {
    if (tool.child.isEnding || this.#running.get(plan.id) !== tool) return;
    if (tool.starts <= RESTARTS) {
      await sleep(1000 * tool.starts);
      if (this.#running.get(plan.id) === tool && this.#plans.has(plan.id)) await this.#run(plan, tool.starts + 1);
      return;
    }
    tool.ended = lastWords || 'it said nothing';
    this.#terminal.say(plan.id, 'does not stay up, and is not started again until its stack changes; its agents work without it');
  }
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether something listens on a port of this machine. */
async function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

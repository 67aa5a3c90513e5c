import type { TaskEvent } from '../../controller/contract/wire/index.ts';
import { isRecord } from '../is-record.ts';
import { escapeControls } from '../escape-controls.ts';
import { paint, print, printAside } from '../print.ts';
import { askPlan, type Planned } from './ask-plan.ts';
import { Controller } from './controller.ts';
import { dispatch, Wake } from './dispatch.ts';
import { beginFirstTask } from './first-task.ts';
import { follow } from './follow.ts';
import { Gateway } from './gateway.ts';
import { describeSources, type ModelSource, routeModel } from './models.ts';
import { openModels } from './open-models.ts';
import type { Plan } from './plan.ts';
import { choosePort } from './port.ts';
import { showScreen, stateOption } from './screen.ts';
import { failed, type StateFolder } from './state-folder.ts';
import { Terminal } from './terminal.ts';
import { Timing } from './timing.ts';
import { Tools } from './tools.ts';
import { watchProject } from './watch-project.ts';
import { Workers } from './workers.ts';

/** Options of `fleetwright up`. */
export interface UpOptions {
  /** @default all orgs of the environment */
  readonly org?: string;
  /** @default `dev`, or the first there is */
  readonly env?: string;
  /** @default 8080, or a free one if that is taken */
  readonly port?: number;
  /** A PostgreSQL database. @default the embedded one */
  readonly postgres?: string;
  /** The state folder. */
  readonly state: string;
  /** Whether to tell how long each step takes. */
  readonly timing?: boolean;
}

/** For so many orgs a sign-in link is shown. */
const MOST_SIGN_INS = 5;

/** A fleet that runs on this machine. */
export class RunningUp {
  readonly #options: UpOptions;
  readonly #state: StateFolder;
  readonly #signal: AbortSignal;
  readonly #terminal = new Terminal();
  readonly #timing: Timing;
  readonly #tools: Tools;
  readonly #workers = new Map<string, Workers>();
  readonly #wakes = new Map<string, Wake>();
  #gateway: Gateway | undefined;
  #controller: Controller | undefined;
  #sources: readonly ModelSource[] = [];
  #stopModels: () => Promise<void> = async () => undefined;
  #plan: Plan | undefined;
  #isFirst = true;

  constructor(options: UpOptions, state: StateFolder, signal: AbortSignal) {
    this.#options = options;
    this.#state = state;
    this.#signal = signal;
    this.#timing = new Timing(options.timing === true);
    this.#tools = new Tools(state, this.#terminal);
  }

  /** Starts all, and keeps it running. @returns the exit code, if the fleet cannot be synthesized */
  async run(): Promise<number> {
    const { port, note } = await choosePort(this.#options.port);
    this.#gateway = await Gateway.open();
    this.#controller = new Controller({ state: this.#state, terminal: this.#terminal, port, postgres: this.#options.postgres });
    const { plan, said, code } = await this.#ask();
    if (plan === undefined) {
      tell(said);
      return code;
    }
    this.#timing.done('synthesized and judged');
    await Promise.all([this.#controller.start(plan.fleet), this.#startModels(plan)]);
    this.#timing.done('the controller listens, and models are answered');
    await this.#apply(plan);
    await this.#show(plan, note);
    return Promise.race([this.#controller.lost, this.#watch(plan.files)]);
  }

  /** Ends all: first those who work, then those they need. */
  async stop(): Promise<void> {
    await Promise.all([...this.#workers.values()].map(async (workers) => workers.stop()));
    await Promise.all([this.#tools.stop(), this.#stopModels()]);
    await this.#controller?.stop();
    this.#gateway?.close();
  }

  async #ask(): Promise<Planned> {
    const { org, env } = this.#options;
    const addresses = { state: this.#state.path, gateway: this.#gateway?.url ?? '', controller: this.#controller?.url ?? '' };
    return askPlan({ org, env, ...addresses }, this.#signal);
  }

  async #startModels(plan: Plan): Promise<void> {
    if (!plan.agents.some(({ models }) => models)) return;
    const { sources, stop } = await openModels(this.#state, this.#terminal);
    this.#sources = sources;
    this.#stopModels = stop;
  }

  /** Makes what runs what the plan says. */
  async #apply(plan: Plan): Promise<void> {
    const controller = this.#needed(this.#controller);
    this.#plan = plan;
    await this.#tools.plan(plan.tools);
    this.#needed(this.#gateway).services = {
      tool: async (id) => this.#tools.urlOf(id),
      model: (agent, path, body) => routeModel(this.#sources, this.#plan?.models ?? [], agent, { path, body }),
    };
    const planned = new Set(plan.agents.map(({ org, name }) => `${org}/${name}`));
    for (const [id, workers] of this.#workers) if (!planned.has(id)) workers.leave();
    for (const agent of plan.agents) {
      const id = `${agent.org}/${agent.name}`;
      const known = this.#workers.get(id);
      if (known !== undefined) known.change(agent);
      else this.#workers.set(id, new Workers(agent, { state: this.#state, terminal: this.#terminal, controller, tools: this.#tools }));
    }
    for (const org of plan.orgs) if (!this.#wakes.has(org)) this.#serve(org, controller);
    for (const wake of this.#wakes.values()) wake.ring();
    const obstacles = plan.agents.flatMap(({ org, name, obstacle }) =>
      obstacle === undefined ? [] : [[`${org}/${name}`, obstacle] as const],
    );
    this.#state.announce({
      url: controller.url,
      tokens: controller.tokens,
      orgs: plan.orgs,
      obstacles: Object.fromEntries<string>(obstacles),
    });
  }

  /** Has what is to be done in an org done, and shows it. */
  #serve(org: string, controller: Controller): void {
    const wake = new Wake();
    this.#wakes.set(org, wake);
    const mine = () => {
      const planned = new Set(this.#plan?.agents.map(({ org: each, name }) => `${each}/${name}`));
      return [...this.#workers].flatMap(([id, workers]) => (workers.agent.org === org && planned.has(id) ? [workers] : []));
    };
    const tellTrouble = (error: unknown) => this.#terminal.say(org, error instanceof Error ? error.message : String(error));
    const waits = (text: string) => this.#terminal.say(org, text + stateOption(this.#options.state), paint.yellow);
    dispatch({ client: controller.client(org), workers: mine, wake, waits, signal: this.#signal }).catch(tellTrouble);
    const happened = (event: TaskEvent) => {
      wake.ring();
      this.#noteFirst(event);
    };
    const isScripted = this.#sources.some(({ kind }) => kind === 'scripted');
    const remark = (agent: string) =>
      isScripted && this.#workers.get(`${org}/${agent}`)?.agent.models === true ? ' (its model is scripted)' : '';
    follow({ controller, terminal: this.#terminal, org, happened, remark, signal: this.#signal }).catch(tellTrouble);
  }

  #noteFirst({ kind, data }: TaskEvent): void {
    if (!this.#isFirst || kind !== 'ended' || !isRecord(data) || data['state'] !== 'succeeded') return;
    this.#isFirst = false;
    this.#timing.done('the first task has ended');
  }

  async #show(plan: Plan, note: string | undefined): Promise<void> {
    const controller = this.#needed(this.#controller);
    const signIns = await Promise.all(
      plan.orgs.slice(0, MOST_SIGN_INS).map(async (org) => ({ org, link: await controller.signInLink(org) })),
    );
    const first = await beginFirstTask(plan.agents, controller, this.#state);
    showScreen({
      plan,
      url: controller.url,
      signIns,
      models: describeSources(this.#sources),
      postgres: this.#options.postgres !== undefined,
      notes: [note, first.trouble].filter((each) => each !== undefined),
      firstTask: first.begun,
      state: this.#options.state,
    });
    this.#timing.done('ready');
  }

  async #watch(files: readonly string[]): Promise<number> {
    await watchProject(files, this.#signal, async () => {
      const asked = await this.#ask();
      if (this.#signal.aborted) return asked.files;
      if (asked.plan === undefined) {
        tell(asked.said);
        print(paint.yellow('The fleet goes on as it was. Waiting for the next change.'));
      } else if (JSON.stringify(asked.plan) !== JSON.stringify(this.#plan)) {
        await this.#change(asked.plan);
      }
      return asked.files;
    });
    return 0;
  }

  async #change(plan: Plan): Promise<void> {
    const before = new Map(this.#plan?.agents.map((agent) => [`${agent.org}/${agent.name}`, JSON.stringify(agent)]));
    if (plan.fleet !== this.#plan?.fleet) await this.#needed(this.#controller).change(plan.fleet);
    await this.#apply(plan);
    const changed = plan.agents.filter((agent) => before.get(`${agent.org}/${agent.name}`) !== JSON.stringify(agent));
    const names = changed.map(({ org, name }) => `${org}/${name}`).join(', ');
    print(paint.green(`The fleet was changed${names === '' ? '' : `: ${names}; what runs ends as it began`}.`));
    for (const { org, name, obstacle } of changed)
      if (obstacle !== undefined) this.#terminal.say(`${org}/${name}`, `does not run: ${obstacle}`);
  }

  #needed<Value>(value: Value | undefined): Value {
    if (value === undefined) throw failed('something was used before it was started');
    return value;
  }
}

/** Tells what a synthesis has said. */
function tell(said: readonly string[]): void {
  for (const line of said) printAside(escapeControls(line));
}

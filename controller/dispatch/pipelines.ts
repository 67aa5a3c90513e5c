import { randomUUID } from 'node:crypto';
import {
  type Fleet,
  LIMITS,
  type NewTask,
  type Pipeline,
  Refusal,
  type Run,
  type RunRequest,
  type StartedRun,
  type Step,
} from '../contract/wire/index.ts';
import { accepted, type Refused } from './answers.ts';
import type { Dispatcher } from './dispatcher.ts';
import { prepareGraph } from './graph.ts';
import { digestOf, toStorable } from './storable.ts';

/** What somebody wants begun: one task of an agent, or a run of a pipeline. */
export interface Work extends RunRequest {
  readonly agent?: string | undefined;
  readonly pipeline?: string | undefined;
  /** Who or what wants it, for people. */
  readonly by: string;
}

/** What came from outside and is worth work, or not; known by what it is called and what was signed, so that it counts once. */
export interface Delivery {
  readonly trigger: string;
  readonly id: string;
  readonly digest?: string | undefined;
  readonly outcome: 'started' | 'unwanted' | 'failed';
  readonly detail?: string;
}

/** What became of it. Of what was brought before, it says what was begun then. */
export interface Begun extends Partial<StartedRun> {
  readonly outcome: Delivery['outcome'] | 'repeated';
  /** Where it was one task of an agent. */
  readonly task?: string;
}

/** Starts and shows runs of the pipelines of a fleet. */
export class Pipelines {
  readonly #dispatcher: Dispatcher;
  readonly #fleet: Fleet;

  constructor(dispatcher: Dispatcher, fleet: Fleet) {
    this.#dispatcher = dispatcher;
    this.#fleet = fleet;
  }

  /** The pipelines of an org, by name. */
  list(org: string): { readonly name: string; readonly steps: readonly Step[] }[] {
    return Object.entries(this.#fleet.orgs[org]?.pipelines ?? {}).map(([name, { steps }]) => ({ name, steps }));
  }

  /**
   * Starts a run: all of its tasks at once, or nothing. The same key gives the same run.
   *
   * @throws Refusal FW_NOT_FOUND, and what `Dispatcher.schedule` throws
   */
  async start(org: string, pipeline: string, request: RunRequest, by: string): Promise<StartedRun> {
    const { created = false, run = '', tasks = [] } = await this.begin(org, { ...request, pipeline, by });
    return { run, created, tasks };
  }

  /**
   * Begins what somebody wants, and notes what came from outside, in one transaction.
   *
   * @param work what to begin; `undefined` for what is only noted
   * @throws Refusal as `start`
   */
  async begin(org: string, work: Work | undefined, delivery?: Delivery): Promise<Begun> {
    const call = { org, ...(work === undefined ? {} : this.#prepare(org, work)), delivery };
    return accepted(await this.#dispatcher.store.call<Begun | Refused>('begin_work', [JSON.stringify(call)], { org }));
  }

  /** A run as it stands. */
  async see(org: string, run: string): Promise<Run | undefined> {
    const [found] = await this.#dispatcher.store.read<Run>('select show_run(id) from run where org = $1 and id = $2', [org, run], org);
    return found;
  }

  /** Ends what is left of a run. @throws Refusal FW_NOT_FOUND @returns how many tasks ended */
  async cancel(org: string, run: string, reason: string): Promise<number> {
    const ended = await this.#dispatcher.store.call<number | null>('cancel_run', [org, run, reason], { org });
    if (ended === null) throw new Refusal('FW_NOT_FOUND', `Org '${org}' has no run ${run}`);
    return ended;
  }

  #prepare(org: string, work: Work): object {
    const { agent, pipeline: name, input, key, project, title } = work;
    if (agent !== undefined) return { graph: { org, tasks: prepareGraph([{ agent, title, ...defined({ input, key, project }) }]) } };
    const pipelines = this.#fleet.orgs[org]?.pipelines ?? {};
    const pipeline = name !== undefined && Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
    if (pipeline === undefined) throw new Refusal('FW_NOT_FOUND', `Org '${org}' has no pipeline '${name}'`);
    return { run: { org, pipeline: name, ...prepareRun(pipeline, work) } };
  }
}

function prepareRun({ steps }: Pipeline, { by, input, key, pipeline, project, title }: Work): object {
  // Each step has a copy.
  toStorable(input, '/input', LIMITS.dataBytes);
  const id = randomUUID();
  const keyOf = (step: string) => `run/${id}/${step}`;
  const tasks = prepareGraph(
    steps.map(({ id: step, instructions, needs, onFailure, title: what, ...rest }): NewTask => {
      const about = { pipeline, run: id, step, ...defined({ instructions }), input: input ?? null };
      const edges = needs?.map((need) => ({ task: keyOf(need), as: need, ...defined({ onFailure }) }));
      return {
        ...rest,
        key: keyOf(step),
        title: `${what}: ${title}`.slice(0, LIMITS.text),
        input: about,
        ...defined({ needs: edges, project }),
      };
    }),
  );
  return {
    id,
    by,
    key,
    title,
    digest: digestOf({ pipeline, title, input, project }),
    tasks: tasks.map((task, at) => ({ ...task, step: steps[at]?.id })),
  };
}

/** Without fields that are undefined, which no schema has. */
function defined<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

import {
  type Ask,
  type Claim,
  type ClaimRequest,
  type Completion,
  type CompletionAnswer,
  type Fence,
  type Fleet,
  type Heartbeat,
  type HeartbeatAnswer,
  LIMITS,
  type LogChunk,
  Refusal,
  type Reply,
  type Scheduled,
  type ScheduleRequest,
  type Signal,
  type Start,
  type WorkerEvent,
} from '../contract/wire/index.ts';
import { accepted, type Refused, refuseStale } from './answers.ts';
import { type Calls, makeCalls, toClaims } from './calls.ts';
import { prepareGraph } from './graph.ts';
import { migrate } from './migrate.ts';
import { Ready } from './ready.ts';
import { toStorable } from './storable.ts';
import { type Store, type Term, underTerm } from './store.ts';

/** What becomes of a question that is answered. */
type Answered = 'advice' | 'answered' | 'closed' | 'subject' | 'unknown';

/**
 * Gives tasks to workers. It promises that an acknowledged task is never lost, that its end is recorded exactly once, and that no limit of an org,
 * an agent or a budget is ever passed; a task may run more than once. All state is in the store, so any number of these may work on one.
 * The org of each call comes from the caller's identity.
 */
export class Dispatcher {
  readonly store: Store;
  readonly #calls: Calls;
  readonly #ready: Ready;
  readonly #deafen: () => Promise<void>;

  /** Brings the store's schema up to date and listens for work. */
  static async open(store: Store): Promise<Dispatcher> {
    await migrate(store);
    const { ready, end } = await Ready.listen(store);
    return new Dispatcher(store, ready, end);
  }

  /** The same dispatcher for as long as a term lasts: what it is asked for after that changes nothing, and throws. It need not be closed. */
  under(term: Term): Dispatcher {
    return new Dispatcher(underTerm(this.store, term), this.#ready, this.#deafen);
  }

  private constructor(store: Store, ready: Ready, deafen: () => Promise<void>) {
    this.store = store;
    this.#calls = makeCalls(store);
    this.#ready = ready;
    this.#deafen = deafen;
  }

  /** Lets go of the store. Tasks that are held stay held until their leases end. */
  async close(): Promise<void> {
    await this.#deafen();
    await this.store.close();
  }

  /** Takes over orgs, agents and limits. What is no longer in the fleet gets no new work. */
  async applyFleet(fleet: Fleet): Promise<void> {
    await this.store.call('apply_fleet', [JSON.stringify(fleet)]);
  }

  /**
   * Schedules a graph of tasks, whole or not at all.
   *
   * @param planner the fence of a running task, if these are its sub-tasks
   * @throws Refusal FW_AGENT_UNKNOWN, FW_SKILL_UNKNOWN, FW_NEED_UNKNOWN, FW_PARENT_UNKNOWN, FW_PROJECT_UNKNOWN, FW_KEY_REUSED, FW_GRAPH_CYCLE,
   *   FW_SUBTASK_LIMIT, FW_BUDGET_TOO_SMALL, FW_FENCE_STALE, FW_STATE_CONFLICT, FW_BODY_INVALID, FW_TEXT_INVALID, FW_TOO_LARGE
   */
  async schedule(org: string, { tasks }: ScheduleRequest, planner?: Fence): Promise<Scheduled[]> {
    const prepared = prepareGraph(tasks).map((task) => (planner === undefined ? task : { ...task, parent: planner.task }));
    const [first] = prepared;
    const plain =
      prepared.length === 1 &&
      first?.agent !== undefined &&
      first.needs === undefined &&
      first.parent === undefined &&
      first.project === undefined &&
      first.approval === undefined;
    if (plain) return [accepted(await this.#calls.schedulePlain({ ...first, org }))];
    return accepted(await this.#calls.scheduleGraph({ org, fence: planner, tasks: prepared }));
  }

  /** Gives tasks to a worker of these agents; waits for some, if it is asked to. Should the caller be `gone`, nothing is lost. */
  async claim(org: string, request: ClaimRequest, gone?: AbortSignal): Promise<Claim[]> {
    const addresses = request.agents.map((agent) => `${org}/${agent}`);
    const { count = 1, task, waitSeconds = 0 } = request;
    const wait = { waitSeconds, ...(gone === undefined ? {} : { gone }) };
    return this.claimFor(addresses, count, task === undefined ? wait : { ...wait, task });
  }

  /** The same for addresses (`org/agent`) of several orgs, in turn, so that a flood of one does not starve the others. */
  async claimFor(
    addresses: readonly string[],
    count: number,
    wait: { readonly waitSeconds?: number; readonly gone?: AbortSignal; readonly task?: string } = {},
  ): Promise<Claim[]> {
    const [first, ...others] = addresses;
    if (first === undefined) return [];
    const { task } = wait;
    const look = async () => {
      if (task !== undefined) return toClaims(await this.store.call('claim_task', [addresses, task]));
      return others.length === 0 ? this.#calls.claim({ address: first, count }) : this.#claimFair(addresses, count);
    };
    const claims = await this.#ready.until(addresses, look, (wait.waitSeconds ?? 0) * 1000, wait.gone);
    if (wait.gone?.aborted !== true || claims.length === 0) return claims;
    await Promise.all(claims.map(async ({ fence }) => this.complete({ fence, outcome: 'returned', reason: 'The worker had gone' })));
    return [];
  }

  async #claimFair(addresses: readonly string[], count: number): Promise<Claim[]> {
    return toClaims(await this.store.call('claim_fair', [[...addresses], count]));
  }

  /** The program begins. @throws Refusal FW_FENCE_STALE */
  async start(start: Start): Promise<void> {
    if (!(await this.#calls.start(start))) throw refuseStale(start.fence.task);
  }

  /** Keeps a task. A stale fence is an answer, not an error. */
  async heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer> {
    return this.#calls.beat(beat);
  }

  /**
   * Ends an attempt, once. A stale fence is an answer, not an error.
   *
   * @throws Refusal FW_TOO_LARGE, FW_TEXT_INVALID; for what waits for other tasks also FW_NEED_UNKNOWN, FW_GRAPH_CYCLE
   */
  async complete(report: Completion): Promise<CompletionAnswer> {
    if ('result' in report) toStorable(report.result, '/result', LIMITS.resultBytes);
    toStorable({ ...report, result: undefined }, '');
    return accepted(await this.#calls.complete(report));
  }

  /** Keeps output. What comes too late is kept and marked. @throws Refusal FW_FENCE_STALE if the fence never held the task */
  async log(fence: Fence, chunks: readonly LogChunk[]): Promise<void> {
    const known = await Promise.all(
      chunks.map(async (chunk, i) => {
        toStorable(chunk.text, `/chunks/${i}/text`, 2 * LIMITS.chunkBytes);
        return this.#calls.log({ ...fence, ...chunk });
      }),
    );
    if (known.includes(false)) throw refuseStale(fence.task);
  }

  /** Keeps events. @throws Refusal FW_FENCE_STALE, FW_TOO_LARGE, FW_TEXT_INVALID */
  async events(fence: Fence, events: readonly WorkerEvent[]): Promise<void> {
    const held = await Promise.all(
      events.map(async (event, i) => {
        toStorable(event.data, `/events/${i}/data`);
        return this.#calls.event({ ...fence, ...event });
      }),
    );
    if (held.includes(false)) throw refuseStale(fence.task);
  }

  /** Ends a task and all below it. @throws Refusal FW_NOT_FOUND @returns how many ended */
  async cancel(org: string, task: string, reason: string): Promise<number> {
    const ended = await this.store.call<number | null>('cancel', [org, task, reason], { org });
    if (ended === null) throw notFound(`Org '${org}' has no task ${task}`);
    return ended;
  }

  /**
   * Gives a task that did not succeed fresh attempts, and a fresh budget of its own. What was cancelled with it, or cancelled or skipped because
   * of it, is open again too; what went on without it is not called back.
   *
   * @param by who wishes it
   * @throws Refusal FW_NOT_FOUND, FW_STATE_CONFLICT, FW_AGENT_UNKNOWN, FW_SUBTASK_LIMIT
   * @returns the tasks that are open again, this one first
   */
  async retry(org: string, task: string, by: string): Promise<string[]> {
    return accepted(await this.store.call<string[] | Refused>('retry', [org, task, by], { org }));
  }

  /** Stops new work of an org, or of one of its agents, until told otherwise. What runs goes on. @throws Refusal FW_NOT_FOUND */
  async hold(org: string, agent: string | undefined, held: boolean): Promise<void> {
    if (!(await this.store.call<boolean>('hold', [org, agent ?? null, held], { org })))
      throw notFound(`There is no org '${org}' with agent '${agent ?? '*'}'`);
  }

  /** Pauses or resumes one task. @throws Refusal FW_STATE_CONFLICT if its state does not allow it */
  async rest(org: string, task: string, rest: boolean): Promise<void> {
    if (await this.store.call<boolean>('rest', [org, task, rest], { org })) return;
    throw new Refusal('FW_STATE_CONFLICT', `Task ${task} of org '${org}' cannot be ${rest ? 'paused' : 'resumed'} in its state`);
  }

  /** Asks people. The same key gives the same question. @throws Refusal FW_FENCE_STALE, FW_KEY_REUSED @returns the question's id */
  async ask(fence: Fence, ask: Ask): Promise<string> {
    const found = await this.store.call<{ question?: string } | null>('ask', [toStorable({ ...ask, ...fence }, '')]);
    if (found === null) throw refuseStale(fence.task);
    if (found.question === undefined)
      throw new Refusal('FW_KEY_REUSED', `Task ${fence.task} asked something else under '${ask.key}'`, { at: '/key' });
    return found.question;
  }

  /**
   * Answers a question, once. The answer to an escalation, `retry`, `cancel` or `continue`, is done.
   *
   * @throws Refusal FW_NOT_FOUND, FW_STATE_CONFLICT, FW_BODY_INVALID; and why a task cannot be retried
   */
  async answer(org: string, question: string, reply: Reply, by: string): Promise<void> {
    const outcome = await this.store.call<Answered | Refused>('answer', [org, question, toStorable(reply, ''), by], { org });
    if (outcome === 'answered') return;
    if (typeof outcome === 'object') accepted(outcome);
    if (outcome === 'advice')
      throw new Refusal('FW_BODY_INVALID', "The answer to an escalation is 'retry', 'cancel' or 'continue'", { at: '/answer' });
    if (outcome === 'unknown') throw notFound(`Org '${org}' has no question ${question}`);
    const why =
      outcome === 'closed' ? 'has an answer already, or its time is over' : "is about something else than the 'subject' that was looked at";
    throw new Refusal('FW_STATE_CONFLICT', `Question ${question} ${why}`);
  }

  /** Wakes the tasks of the org that wait for an event. @returns how many */
  async signal(org: string, { key, data }: Signal): Promise<number> {
    return this.store.call<number>('signal', [org, key, toStorable(data, '/data')], { org });
  }

  /** Gives an org ('acme') or an agent ('acme/coder') more money for the current window of a budget. @throws Refusal FW_NOT_FOUND */
  async topUp(owner: string, window: 'day' | 'month' | 'rolling' | 'total', amount: number): Promise<void> {
    const [org = ''] = owner.split('/');
    if (!(await this.store.call<boolean>('top_up', [owner, window, amount], { org })))
      throw notFound(`'${owner}' has no budget by '${window}'`);
  }
}

function notFound(message: string): Refusal {
  return new Refusal('FW_NOT_FOUND', message);
}

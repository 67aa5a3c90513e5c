import { setTimeout as sleep } from 'node:timers/promises';
import type { NewTask, Scheduled } from '../../controller/contract/wire/index.ts';
import type { Random } from '../corpus/random.ts';
import type { Board } from './board.ts';
import type { Caller } from './caller.ts';
import type { Outcome } from './history.ts';

/** Plain tasks that may be open before a producer waits for the workers. */
const MOST_OPEN = 30;

const AGAIN_MS = 100;

/** Of a hundred requests, how many are of each kind; the others are one task of `coder`. */
const OF_HUNDRED = { graph: 20, narrow: 15, spender: 15, frail: 1, repeated: 5, cancelled: 4 } as const;

/** Schedules tasks and graphs, each under a key of its own, until it is told to end. */
export class Producer {
  readonly #caller: Caller;
  readonly #board: Board;
  readonly #random: Random;
  #count = 0;

  constructor(caller: Caller, board: Board, random: Random) {
    this.#caller = caller;
    this.#board = board;
    this.#random = random;
  }

  async produce(): Promise<void> {
    const { producing, open } = this.#board;
    while (!producing.signal.aborted) {
      if (open.size >= MOST_OPEN) await sleep(5);
      else await this.#request(this.#tasks());
    }
    this.#caller.close();
  }

  async #request(tasks: readonly NewTask[]): Promise<void> {
    const scheduled = await this.#insist(tasks);
    if (scheduled === undefined) return;
    if (this.#random.below(100) < OF_HUNDRED.repeated) await this.#insist(tasks);
    const [first] = scheduled;
    if (first !== undefined && this.#random.below(100) < OF_HUNDRED.cancelled) await this.#cancel(first.task);
  }

  /** Schedules the same until it is answered. */
  async #insist(tasks: readonly NewTask[]): Promise<readonly Scheduled[] | undefined> {
    while (!this.#board.producing.signal.aborted) {
      const outcome = await this.#schedule(tasks);
      if (outcome.type === 'fail') return undefined;
      if (outcome.type === 'ok') return outcome.answer;
      await sleep(AGAIN_MS);
    }
    return undefined;
  }

  async #schedule(tasks: readonly NewTask[]): Promise<Outcome<'schedule'>> {
    const take = (body: unknown) => (body as { tasks: Scheduled[] }).tasks;
    const outcome = await this.#caller.call('schedule', tasks, { path: '/tasks', body: { tasks } }, take);
    const [task] = tasks;
    if (outcome.type === 'ok' && tasks.length === 1 && task?.agent !== 'frail')
      for (const scheduled of outcome.answer) if (scheduled.created) this.#board.open.add(scheduled.task);
    return outcome;
  }

  async #cancel(task: string): Promise<void> {
    await sleep(this.#random.below(40));
    const body = { reason: 'The seed says so' };
    const told = await this.#caller.call(
      'cancel',
      { task },
      { path: `/tasks/${task}/cancel`, body },
      (answer) => answer as { ended: number },
    );
    if (told.type === 'ok' && told.answer.ended > 0) this.#board.ended(task);
  }

  #tasks(): NewTask[] {
    this.#count += 1;
    const key = `${this.#caller.name}/${this.#count}`;
    const fate = this.#random.below(100);
    const { graph, narrow, spender, frail } = OF_HUNDRED;
    if (fate < graph) return diamond(key, 1 + this.#random.below(3));
    const agent =
      fate < graph + narrow
        ? 'narrow'
        : fate < graph + narrow + spender
          ? 'spender'
          : fate < graph + narrow + spender + frail
            ? 'frail'
            : 'coder';
    return [{ agent, title: key, key, input: { text: 'x'.repeat(100) } }];
  }
}

/** One task, then some that need it, then one that needs all of those. */
function diamond(key: string, width: number): NewTask[] {
  const task = (name: string, ...needs: string[]): NewTask => ({
    agent: 'coder',
    title: `${key}/${name}`,
    key: `${key}/${name}`,
    ...(needs.length === 0 ? {} : { needs: needs.map((need) => ({ task: `${key}/${need}` })) }),
  });
  const sides = Array.from({ length: width }, (_, i) => `side-${i}`);
  return [task('top'), ...sides.map((side) => task(side, 'top')), task('bottom', ...sides)];
}

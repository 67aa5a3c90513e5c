import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentStatus, Client, Question } from '../../controller/contract/wire/index.ts';
import { COMMAND } from '../print.ts';
import { plain, replyTo } from '../work/show.ts';
import type { Workers } from './workers.ts';

/** How often it is looked what there is to do, in milliseconds: while something goes on or waits for a person, and else. */
const LOOK = { busyMs: 1000, idleMs: 10_000 } as const;

/** An org, and who works for it. */
export interface DispatchOptions {
  readonly client: Client;
  /** Those that the stacks have now. */
  readonly workers: () => readonly Workers[];
  readonly wake: Wake;
  /** Hears of what begins to wait for a person, in one line. */
  readonly waits: (text: string) => void;
  readonly signal: AbortSignal;
}

interface List<Item> {
  readonly items: readonly Item[];
}

/** Keeps an eye on what there is to do in an org, and has it done. */
export async function dispatch({ client, workers, wake, waits, signal }: DispatchOptions): Promise<void> {
  let known = new Set<string>();
  while (!signal.aborted) {
    const [agents, questions] = await Promise.all([
      read<AgentStatus>(client, '/agents', signal),
      read<Question>(client, '/questions?open=true', signal),
    ]);
    for (const question of questions ?? []) if (!known.has(question.id)) waits(lineOf(question));
    if (questions !== undefined) known = new Set(questions.map(({ id }) => id));
    const ready = new Map(agents?.map(({ agent, running, queued, paused }) => [agent, paused ? running : running + queued]));
    await Promise.all(workers().map(async (each) => each.want(ready.get(each.agent.name) ?? 0)));
    // No event tells of an answer.
    const isBusy = known.size > 0 || workers().some(({ count }) => count > 0) || [...ready.values()].some((count) => count > 0);
    await wake.within(isBusy ? LOOK.busyMs : LOOK.idleMs, signal);
  }
}

async function read<Item>(client: Client, path: string, signal: AbortSignal): Promise<readonly Item[] | undefined> {
  return client.get<List<Item>>(path, { signal }).then(
    ({ items }) => items,
    () => undefined,
  );
}

function lineOf(question: Question): string {
  return `waits for you: ${plain(question.text)}  →  ${COMMAND} ${replyTo(question)}`;
}

/** A bell that ends a wait. */
export class Wake {
  #ring: () => void = () => undefined;
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#ring();
  }

  async within(milliseconds: number, signal: AbortSignal): Promise<void> {
    const rung = new Promise<void>((resolve) => (this.#ring = resolve));
    if (!this.#rung) await Promise.race([rung, sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)]);
    this.#rung = false;
  }
}

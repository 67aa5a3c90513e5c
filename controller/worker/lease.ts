import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Fence, HeartbeatAnswer } from '../contract/wire/index.ts';

type Held = Extract<HeartbeatAnswer, { outcome: 'held' }>;

/** Parts of the lease's time after which things happen. The end of the agent's program is to come before the end of the lease. */
const PART = { renew: 1 / 3, tryAgain: 1 / 15, answer: 1 / 4, giveUp: 0.7, grace: 0.2 } as const;

/** What a lease tells its holder. */
export interface LeaseHolder {
  /** What the controller wants done. */
  readonly directed: (directive: Held['directive']) => void;
  /** The task is another's, or is about to become so. `stale`: the controller said so; `silent`: it does not answer. */
  readonly lost: (why: 'stale' | 'silent', graceMs: number) => void;
}

/**
 * Keeps a task for as long as the controller agrees. Time is measured by this machine's own steady clock, from the moment when a renewal was sent,
 * so the controller never thinks the lease to be over before this does.
 */
export class Lease {
  readonly #client: Client;
  readonly #fence: Fence;
  readonly #ms: number;
  readonly #holder: LeaseHolder;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** Spent so far, in millionths of a US dollar. It goes with each renewal. */
  cost: number | undefined;

  constructor(client: Client, fence: Fence, seconds: number, holder: LeaseHolder) {
    this.#client = client;
    this.#fence = fence;
    this.#ms = seconds * 1000;
    this.#holder = holder;
  }

  /** Aborted when the lease is lost or has been let go. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Renews once, then again and again until `end`. @returns whether the task is held @throws Refusal when there is no answer in time */
  async begin(): Promise<boolean> {
    const answer = await this.#renew(this.#ms * PART.giveUp);
    if (answer.outcome === 'held') void this.#keep(answer);
    return answer.outcome === 'held';
  }

  /** Renews now. */
  async renew(): Promise<void> {
    this.#tell(await this.#renew(0));
  }

  /** Lets go. */
  end(): void {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  async #keep(first: HeartbeatAnswer): Promise<void> {
    this.#tell(first);
    let pause = this.#ms * PART.renew;
    while (!this.over.aborted) {
      /* eslint-disable no-await-in-loop -- one renewal after the other */
      await sleep(pause, undefined, { signal: this.over }).catch(() => undefined);
      if (this.over.aborted) return;
      const sentAt = performance.now();
      try {
        this.#tell(await this.#renew(0));
        pause = Math.max(0, sentAt + this.#ms * PART.renew - performance.now());
      } catch {
        pause = this.#ms * PART.tryAgain * (0.5 + Math.random());
      }
      /* eslint-enable no-await-in-loop */
    }
  }

  async #renew(retryMs: number): Promise<HeartbeatAnswer> {
    const sentAt = performance.now();
    const beat = { fence: this.#fence, ...(this.cost === undefined ? {} : { cost: this.cost }) };
    const answer = await this.#client.heartbeat(beat, { answerMs: this.#ms * PART.answer, retryMs, signal: this.over });
    if (answer.outcome === 'held' && !this.over.aborted) this.#watch(sentAt);
    return answer;
  }

  #watch(renewedAt: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose('silent'), renewedAt + this.#ms * PART.giveUp - performance.now());
  }

  #tell(answer: HeartbeatAnswer): void {
    if (this.over.aborted) return;
    if (answer.outcome === 'stale') this.#lose('stale');
    else this.#holder.directed(answer.directive);
  }

  #lose(why: 'stale' | 'silent'): void {
    this.end();
    this.#holder.lost(why, this.#ms * PART.grace);
  }
}

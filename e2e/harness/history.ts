import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type {
  ClaimRequest,
  Completion,
  CompletionAnswer,
  Fence,
  HeartbeatAnswer,
  NewTask,
  Scheduled,
} from '../../controller/contract/wire/index.ts';
import type { BudgetStatus } from '../../controller/dispatch/index.ts';

/** A task that a claim gave. */
export interface Held {
  readonly fence: Fence;
  readonly agent: string;
  readonly title: string;
  /** The database's time at which the lease ends unless it is renewed. */
  readonly leaseUntil: string;
}

/** What is asked of the controller, and what it answers. */
export interface Operations {
  readonly schedule: { readonly asked: readonly NewTask[]; readonly answer: readonly Scheduled[] };
  readonly claim: { readonly asked: ClaimRequest; readonly answer: readonly Held[] };
  readonly start: { readonly asked: Fence; readonly answer: null };
  readonly heartbeat: { readonly asked: Fence; readonly answer: HeartbeatAnswer };
  readonly complete: { readonly asked: Completion; readonly answer: CompletionAnswer };
  readonly cancel: { readonly asked: { readonly task: string }; readonly answer: { readonly ended: number } };
  readonly budgets: { readonly asked: null; readonly answer: readonly BudgetStatus[] };
}

/** Name of what is asked. */
export type Operation = keyof Operations;

/** What became of a call: answered, refused for good, or nobody knows, as the answer did not come. */
export type Outcome<Op extends Operation> =
  | { readonly type: 'ok'; readonly answer: Operations[Op]['answer'] }
  | { readonly type: 'fail'; readonly status: number; readonly code: string }
  | { readonly type: 'unknown'; readonly why: string; readonly status?: number; readonly retryAfter?: boolean };

/** One call, from when it was made to when its outcome was seen, in milliseconds since the run began. */
export interface CallOf<Op extends Operation> {
  readonly op: Op;
  /** Which worker or producer made it. */
  readonly by: string;
  readonly asked: Operations[Op]['asked'];
  readonly began: number;
  readonly ended: number;
  readonly outcome: Outcome<Op>;
}

/** Any call. */
export type Call = { readonly [Op in Operation]: CallOf<Op> }[Operation];

/** Calls of one kind. */
export function callsOf<Op extends Operation>(calls: readonly Call[], op: Op): Extract<Call, { readonly op: Op }>[] {
  return calls.filter((call): call is Extract<Call, { readonly op: Op }> => call.op === op);
}

/** Keeps what was asked and what came of it, in memory and as lines of JSON in a file: `invoke`, then `ok`, `fail` or `unknown`. */
export class Recorder {
  readonly file: string;
  readonly #descriptor: number;
  readonly #begin = performance.now();
  readonly #calls: CallOf<Operation>[] = [];
  #count = 0;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.file = file;
    this.#descriptor = openSync(file, 'w');
  }

  /** All calls that have an outcome. */
  get calls(): readonly Call[] {
    return this.#calls as Call[];
  }

  /** Makes a call and keeps it. */
  async call<Op extends Operation>(
    op: Op,
    by: string,
    asked: Operations[Op]['asked'],
    send: () => Promise<Outcome<Op>>,
  ): Promise<Outcome<Op>> {
    const id = (this.#count += 1);
    const began = this.#now();
    this.#write({ at: began, id, by, op, type: 'invoke', asked });
    const outcome = await send();
    const ended = this.#now();
    this.#write({ at: ended, id, ...outcome });
    this.#calls.push({ op, by, asked, began, ended, outcome });
    return outcome;
  }

  /** Keeps what was done to the controller. */
  note(what: string): void {
    this.#write({ at: this.#now(), nemesis: what });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #now(): number {
    return Math.round((performance.now() - this.#begin) * 1000) / 1000;
  }

  #write(line: object): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }
}

import { closeSync } from 'node:fs';
import { type Claim, type Client, type Completion, type CompletionAnswer, Refusal } from '../contract/wire/index.ts';
import type { Adapter } from './adapters/index.ts';
import { agentCalls } from './agent-calls.ts';
import { AgentProcess, type ProgramEnd } from './agent-process.ts';
import { Lease } from './lease.ts';
import { type Said, type Stopped, toReport } from './outcome.ts';
import { serveMcpRelay } from './mcp-relay.ts';
import { Output } from './output.ts';
import { Tail } from './result.ts';
import { BadResult, RunFolder, writePrivately } from './run-folder.ts';
import { serveTask } from './task-server.ts';

/** How attempts are made. */
export interface AttemptOptions {
  readonly client: Client;
  readonly adapter: Adapter;
  /** The agent's program and its arguments. */
  readonly command: readonly string[];
  /** How long the program has to end when it is asked to, in milliseconds. */
  readonly graceMs: number;
  /** How often at most the program is started in one attempt, until it gives a result. */
  readonly rounds: number;
  /** Aborted when the worker is to end. */
  readonly draining: AbortSignal;
  /** The worker's own program, which the command `task` starts. */
  readonly program: string;
  /** Name of the worker, for people. */
  readonly worker: string;
  /** Hears how the program ended, each time. */
  readonly onProgramEnd?: (end: ProgramEnd) => void;
}

/** What became of an attempt: what the controller says about the report, or that the task was lost before there was one. */
export type AttemptEnd = CompletionAnswer['outcome'] | 'lost';

/** One attempt at a task, from the claim to the report. */
export class Attempt {
  readonly #claim: Claim;
  readonly #options: AttemptOptions;
  readonly #lease: Lease;
  readonly #output: Output;
  /** What the agent said by the command `task`. */
  readonly #said: Said = {};
  /** What it printed. */
  #printed: Said = {};
  #lastWords = '';
  #process: AgentProcess | undefined;
  #resting = false;
  #stopped: Stopped | undefined;
  #ended = false;

  constructor(claim: Claim, options: AttemptOptions) {
    const { client } = options;
    this.#claim = claim;
    this.#options = options;
    this.#lease = new Lease(client, claim.fence, claim.leaseSeconds, {
      directed: (directive) => this.#follow(directive),
      lost: (why, graceMs) => this.#stop(why, graceMs),
    });
    this.#output = new Output(client, claim.fence, this.#lease.over);
  }

  /** Does the work and reports it. @throws Refusal if the controller cannot be spoken to */
  async run(): Promise<AttemptEnd> {
    const { draining, graceMs } = this.#options;
    const drain = () => this.#stop('drained', graceMs);
    draining.addEventListener('abort', drain, { once: true });
    try {
      if (!(await this.#lease.begin())) return 'lost';
      return await this.#report(await this.#work());
    } catch (error) {
      if (this.#stopped === 'stale' || (error instanceof Refusal && error.code === 'FW_FENCE_STALE')) return 'lost';
      if (error instanceof Refusal) throw error;
      const bad = error instanceof BadResult;
      const reason = (bad ? error.message : `The worker could not run the program: ${String(error)}`).slice(0, 1000);
      return await this.#report({ outcome: 'failed', reason, retry: !bad, fence: this.#claim.fence });
    } finally {
      draining.removeEventListener('abort', drain);
      this.#lease.end();
    }
  }

  async #work(): Promise<Completion> {
    const { client, program, worker } = this.#options;
    const { fence } = this.#claim;
    const folder = await RunFolder.create(this.#claim, program);
    try {
      const calls = agentCalls({ claim: this.#claim, client, lease: this.#lease, output: this.#output, said: this.#said });
      const close = await serveTask(folder.socket, calls);
      const tools = await serveMcpRelay(client, fence, this.#lease.over);
      folder.env['AGENT_TASK_MCP'] = tools.url;
      await client.start({ fence, worker }, { signal: this.#lease.over });
      const end = await this.#runRounds(folder).finally(() => {
        close();
        tools.close();
      });
      this.#ended = true;
      await this.#output.flush();
      const said = { ...this.#printed, ...folder.readResult(), ...this.#said };
      return { fence, ...toReport({ end, said, stopped: this.#stopped, lastWords: this.#lastWords }) };
    } finally {
      await folder.remove();
    }
  }

  /** Runs the program until it gives a result, fails, or has had all its rounds. */
  async #runRounds(folder: RunFolder): Promise<ProgramEnd> {
    for (let round = 1; ; round += 1) {
      // One round after the other.
      const end = await this.#runProgram(folder, round);
      const result = this.#said.result ?? this.#printed.result ?? folder.readResult()?.result;
      if (this.#options.rounds === 1 || end.code !== 0 || this.#stopped !== undefined || result !== undefined) return end;
      if (round === this.#options.rounds) this.#stopped = 'rounds-used-up';
    }
  }

  async #runProgram(folder: RunFolder, round: number): Promise<ProgramEnd> {
    if (this.#options.draining.aborted) this.#stopped ??= 'drained';
    if (this.#stopped !== undefined) return { code: undefined, signal: 'SIGTERM', refused: undefined };
    const { adapter, command } = this.#options;
    const env = { ...folder.env, AGENT_TASK_ROUND: String(round) };
    const { argv, input, files = {}, ...call } = adapter.call(command, this.#claim, env);
    await writePrivately(files);
    const descriptor = await folder.openInput(input);
    try {
      this.#process = new AgentProcess({ argv, env: { ...env, ...call.env }, mark: folder.mark, folder: folder.path, input: descriptor });
    } finally {
      closeSync(descriptor);
    }
    if (this.#resting) this.#process.signal('SIGSTOP');
    return this.#listen(this.#process, folder);
  }

  async #listen(agent: AgentProcess, folder: RunFolder): Promise<ProgramEnd> {
    const [out, err] = [new Tail(), new Tail(4096)];
    const reading = Promise.all([
      this.#output.read('stdout', agent.stdout, (piece) => out.add(piece)),
      this.#output.read('stderr', agent.stderr, (piece) => err.add(piece)),
    ]);
    const [end] = await Promise.all([agent.ended, reading]);
    this.#options.onProgramEnd?.(end);
    this.#printed = this.#options.adapter.read(out.text, folder.env);
    this.#lastWords = err.text.trimEnd().split('\n').at(-1) ?? '';
    return end;
  }

  #follow(directive: 'continue' | 'pause' | 'stop-over-budget'): void {
    if (directive === 'stop-over-budget') {
      this.#stop('over-budget', this.#options.graceMs);
    } else if (this.#resting !== (directive === 'pause')) {
      this.#resting = !this.#resting;
      this.#process?.signal(this.#resting ? 'SIGSTOP' : 'SIGCONT');
    }
  }

  #stop(why: Stopped, graceMs: number): void {
    if (this.#ended) return;
    if (this.#stopped === undefined || why === 'stale') this.#stopped = why;
    this.#process?.stop(graceMs);
  }

  /** Reports until it is answered. What the controller refuses to keep is reported as a failure that says so. */
  async #report(report: Completion): Promise<AttemptEnd> {
    if (this.#stopped === 'stale') return 'lost';
    const { client } = this.#options;
    // Nobody waits for what was not finished: once its lease is over, it has been given to others.
    const patience = report.outcome === 'returned' ? { retryMs: this.#claim.leaseSeconds * 1000 } : {};
    try {
      return (await client.complete(report, patience)).outcome;
    } catch (error) {
      if (!(error instanceof Refusal) || !UNFIT.has(error.code)) throw error;
      const reason = `The result was refused: ${error.message}`.slice(0, 1000);
      return (await client.complete({ fence: report.fence, outcome: 'failed', reason }, patience)).outcome;
    }
  }
}

/** What is wrong with a report for good. */
const UNFIT: ReadonlySet<string> = new Set(['FW_BODY_INVALID', 'FW_GRAPH_CYCLE', 'FW_NEED_UNKNOWN', 'FW_TEXT_INVALID', 'FW_TOO_LARGE']);

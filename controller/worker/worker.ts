import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TASK_VARIABLE } from '../contract/index.ts';
import { type Claim, type ClaimRequest, Client, LIMITS, Refusal } from '../contract/wire/index.ts';
import { adapterOf } from './adapters/index.ts';
import { Attempt, type AttemptOptions } from './attempt.ts';
import { runAlone } from './alone.ts';
import { serveHealth } from './health.ts';
import { findSurroundings, waitForSurroundings } from './surroundings.ts';

/** How long tools and gateway may take to come up, in milliseconds. */
const SURROUNDINGS_MS = 120_000;

/** How long a worker of one task waits for it, in milliseconds. */
const ONE_TASK_MS = 120_000;

/** How long one call waits for work, in seconds: shorter than what proxies allow. */
const WAIT_SECONDS = Math.min(25, LIMITS.claimWaitSeconds);

/** Longest pause before asking for work again when the controller is away, and after which time people are told, in milliseconds. */
const AWAY = { pause: 5000, tell: 10_000 } as const;

/** How a worker works. */
export interface WorkerOptions {
  /** Name of the program that the contract is translated for. */
  readonly adapter: string;
  /** The agent's program and its arguments. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly graceSeconds: number;
  /** TCP port of the health checks; 0 for none. */
  readonly health: number;
  /** Whether to end after one task. */
  readonly once: boolean;
  /** The worker's own program. */
  readonly program: string;
  readonly rounds: number;
  /** Tells people. */
  readonly say: (text: string) => void;
}

/**
 * Works: waits for tools and gateway, then takes one task after the other until it is told to end. Without a dispatcher it runs the program once.
 *
 * @param draining aborted when the worker is to end
 * @returns the exit code
 */
export async function work(options: WorkerOptions, draining: AbortSignal): Promise<number> {
  const { env, graceSeconds, command } = options;
  const adapter = adapterOf(options.adapter);
  const health = await serveHealth(options.health);
  try {
    await waitForSurroundings(findSurroundings(env), SURROUNDINGS_MS, draining);
    if (draining.aborted) return 0;
    health.ready = true;
    if (env['AGENT_DISPATCHER_URL'] === undefined) return await runAlone({ argv: command, env, graceMs: graceSeconds * 1000, draining });
    const client = clientOf(env);
    const { program, rounds } = options;
    await takeTasks(options, { client, adapter, command, graceMs: graceSeconds * 1000, rounds, draining, program, worker: hostname() });
    return 0;
  } finally {
    health.close();
  }
}

function clientOf(env: NodeJS.ProcessEnv): Client {
  const tokenFile = required(env, 'AGENT_DISPATCHER_TOKEN_FILE');
  return new Client({
    url: required(env, 'AGENT_DISPATCHER_URL'),
    org: required(env, 'AGENT_NAMESPACE'),
    token: async () => (await readFile(tokenFile, 'utf8')).trim(),
  });
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(`The variable ${name} is not set; it says where the dispatcher is, and who asks`);
  return value;
}

async function takeTasks({ env, once, say }: WorkerOptions, attempts: AttemptOptions): Promise<void> {
  const { client, draining } = attempts;
  const task = env[TASK_VARIABLE];
  const wish: ClaimRequest = { agents: [required(env, 'AGENT_NAME')], waitSeconds: WAIT_SECONDS, ...(task === undefined ? {} : { task }) };
  const end = once ? performance.now() + ONE_TASK_MS : Infinity;
  const away = new Away(say);
  while (!draining.aborted && performance.now() < end) {
    /* eslint-disable no-await-in-loop -- one task after the other */
    const claims = await claimOne(client, wish, away, draining);
    for (const claim of claims) await attempt(claim, attempts, say);
    if (once && claims.length > 0) return;
    /* eslint-enable no-await-in-loop */
  }
}

async function claimOne(client: Client, wish: ClaimRequest, away: Away, draining: AbortSignal): Promise<Claim[]> {
  try {
    const claims = await client.claim(wish, { signal: draining });
    away.isBack();
    return claims;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!draining.aborted) await away.pause(error, draining);
    return [];
  }
}

/** One task. Trouble with it is told, and ends no worker: its lease runs out, and it is given to another. */
async function attempt(claim: Claim, options: AttemptOptions, say: (text: string) => void): Promise<void> {
  const what = `task ${claim.fence.task}, attempt ${claim.fence.attempt}`;
  say(`${what}: claimed`);
  try {
    say(`${what}: ${await new Attempt(claim, options).run()}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`${what}: given up: ${error.message}`);
  }
}

/** Knows for how long the controller has been away. */
class Away {
  readonly #say: (text: string) => void;
  #since: number | undefined;
  #tries = 0;
  #told = false;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  isBack(): void {
    if (this.#told) this.#say('The controller answers again');
    this.#since = undefined;
    this.#tries = 0;
    this.#told = false;
  }

  /** Waits a little. Short times are not worth a word. */
  async pause(refusal: Refusal, draining: AbortSignal): Promise<void> {
    this.#since ??= performance.now();
    if (!this.#told && (performance.now() - this.#since > AWAY.tell || refusal.code !== 'FW_UNAVAILABLE')) {
      this.#told = true;
      this.#say(`Asking for work again and again: ${refusal.message} [${refusal.code}]`);
    }
    const pause = Math.min(AWAY.pause, 100 * 2 ** this.#tries) * (0.5 + Math.random() / 2);
    this.#tries += 1;
    await sleep(pause, undefined, { signal: draining }).catch(() => undefined);
  }
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_PREFIX, Client } from '../../controller/contract/wire/index.ts';
import { isRecord } from '../is-record.ts';
import type { StreamSource } from '../work/events.ts';
import { Child } from './child.ts';
import { failed, type StateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';

/** Name of the controller in what is written. */
const WHO = 'controller';

/** Where the controller keeps its data, and its tokens, in the state folder. */
const DATA = 'controller';
const TOKENS = 'admin-tokens.json';
const FLEET = 'fleet.json';

/** How long it may take to end what is under way, and to read a fleet, in milliseconds. */
const STOP_MS = 10_000;
const READ_MS = 10_000;

/** How often it is started again before it is given up, and the pause before, in milliseconds. */
const RESTARTS = 5;
const PAUSE_MS = 1000;

/** Characters of a line of its log, which is for programs. */
const LOG_LINE = 256 * 1024;

/** Levels of its log that people are shown: warnings and worse. */
const WARNING = 40;

/** How the controller is started. */
export interface ControllerOptions {
  readonly state: StateFolder;
  readonly terminal: Terminal;
  readonly port: number;
  readonly postgres: string | undefined;
}

/** The dispatch controller, as a process of its own. Should it die, it is started again on the same data. */
export class Controller {
  readonly #options: ControllerOptions;
  #child: Child | undefined;
  #stopping = false;
  #notice: (line: string) => void = () => undefined;
  readonly #given = Promise.withResolvers<never>();

  /** Rejects when it cannot be kept running. */
  readonly lost: Promise<never> = this.#given.promise;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.lost.catch(() => undefined);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** The file with the first tokens. */
  get tokens(): string {
    return join(this.#options.state.path, DATA, TOKENS);
  }

  /** Starts it with a fleet. @throws FleetwrightError FW_UP_FAILED with its last words */
  async start(fleet: string): Promise<void> {
    this.#options.state.write(FLEET, fleet);
    await this.#run();
  }

  /** Tells it of another fleet. */
  async change(fleet: string): Promise<void> {
    this.#options.state.write(FLEET, fleet);
    const read = this.#waitFor(/^The fleet (was read again|cannot be read)/);
    this.#child?.signal('SIGHUP');
    await Promise.race([read, sleep(READ_MS, undefined, { ref: false })]);
  }

  /** Speaks for an org, as its admin. */
  client(org: string): Client {
    return new Client({ url: this.url, org, token: () => this.#token(org) });
  }

  /** A stream of an org. @param path what follows the org in the path */
  stream(org: string, path: string): StreamSource {
    return { url: `${this.url}${API_PREFIX}/orgs/${org}${path}`, token: this.#token(org) };
  }

  /** Whether a token is one of its tokens. */
  async knows(token: string): Promise<boolean> {
    const response = await fetch(`${this.url}${API_PREFIX}/whoami`, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    return response.status !== 401;
  }

  /** A link by which a person signs in once; none where the controller has no page. */
  async signInLink(org: string): Promise<string | undefined> {
    const headers = { authorization: `Bearer ${this.#token(org)}`, 'content-type': 'application/json' };
    try {
      const response = await fetch(`${this.url}${API_PREFIX}/sign-in-codes`, { method: 'POST', headers, body: '{}' });
      const answer: unknown = await response.json();
      return response.ok && isRecord(answer) && typeof answer['code'] === 'string' ? `${this.url}/sign-in#${answer['code']}` : undefined;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#child?.stop(STOP_MS);
  }

  #token(org: string): string {
    const tokens: unknown = JSON.parse(this.#options.state.read(join(DATA, TOKENS)) ?? '{}');
    const token = isRecord(tokens) ? tokens[org] : undefined;
    if (typeof token === 'string') return token;
    throw failed(
      `the first token of org '${org}' is not in ${this.tokens}: the database was given one by another program; use that one's state folder, or another database`,
    );
  }

  async #run(): Promise<void> {
    const { state, port, postgres } = this.#options;
    const listens = this.#waitFor(/ listens on http/);
    const args = ['--fleet', join(state.path, FLEET), '--data', join(state.path, DATA), '--port', String(port)];
    // No list of processes shows the environment.
    const env: Record<string, string> = postgres === undefined ? {} : { FLEETWRIGHT_POSTGRES: postgres };
    const said = (line: string, stream: 'stderr' | 'stdout') => this.#hear(line, stream);
    const child = new Child({ program: 'controller', args, env, longest: LOG_LINE, said }, state);
    this.#child = child;
    const ended = child.ended.then(({ lastWords }) => {
      throw failed(`the controller has ended: ${lastWords || 'it said nothing'}`);
    });
    await Promise.race([listens, ended]);
    ended.catch((error: unknown) => {
      if (!this.#stopping) void this.#restart(error);
    });
  }

  async #restart(cause: unknown): Promise<void> {
    for (let left = RESTARTS; left > 0; left -= 1) {
      this.#options.terminal.say(WHO, `${cause instanceof Error ? cause.message : String(cause)}; it is started again`);
      await sleep(PAUSE_MS);
      if (this.#stopping) return;
      try {
        await this.#run();
        return this.#options.terminal.say(WHO, 'listens again');
      } catch (error) {
        if (left === 1) this.#given.reject(error);
      }
    }
  }

  #hear(line: string, stream: 'stderr' | 'stdout'): void {
    this.#notice(line);
    if (stream === 'stderr') this.#show(line);
  }

  /** Its log is for programs. */
  #show(line: string): void {
    let entry: unknown;
    try {
      entry = JSON.parse(line);
    } catch {
      entry = undefined;
    }
    if (!isRecord(entry)) return this.#options.terminal.say(WHO, line);
    if (Number(entry['level']) < WARNING) return;
    const { err, msg } = entry;
    const why = isRecord(err) && typeof err['message'] === 'string' ? `: ${err['message']}` : '';
    this.#options.terminal.say(WHO, `${typeof msg === 'string' ? msg : line}${why}`);
  }

  async #waitFor(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#notice = (line) => {
        if (pattern.test(line)) resolve();
      };
    });
  }
}

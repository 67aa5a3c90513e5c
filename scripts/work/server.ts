import { readFileSync } from 'node:fs';
import { ANSWER_MS, API_PREFIX, Client, parseAnswer, readCapped, Refusal, refusalOf } from '../../controller/contract/wire/index.ts';
import { FleetwrightError, nearest } from '../../constructs/index.ts';
import { isRecord } from '../is-record.ts';
import { COMMAND } from '../print.ts';
import { findRunning } from '../up/find-running.ts';
import { MOST_BYTES, type StreamSource } from './events.ts';

/** Options by which a command finds the controller. */
export interface ServerOptions {
  /** Base URL of a controller. @default that of the `fleetwright up` of the state folder */
  readonly server?: string;
  /** File that holds the token, where the variable FLEETWRIGHT_TOKEN is not set. */
  readonly tokenFile?: string;
  /** The org. @default all that the token, or the machine, knows */
  readonly org?: string;
  /** The state folder of `fleetwright up`. */
  readonly state: string;
}

/** How long a command tries to reach the controller, in milliseconds. */
const PATIENCE = { retryMs: 3000 } as const;

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** An org of a controller, and the right to speak with it. */
export class OrgServer {
  readonly org: string;
  /** Base URL of the controller. */
  readonly url: string;
  /** Where it is on this machine: why an agent cannot run here, by its `org/name`. */
  readonly obstacles: ReadonlyMap<string, string>;
  readonly #token: string;
  readonly #client: Client;

  constructor(url: string, org: string, token: string, obstacles: ReadonlyMap<string, string> = new Map()) {
    this.obstacles = obstacles;
    this.org = org;
    this.url = url;
    this.#token = token;
    this.#client = new Client({ url, org, token: () => token, mostBytes: MOST_BYTES });
  }

  /** Reads something. @param path what follows the org in the path */
  async get<Answer>(path: string): Promise<Answer> {
    return this.#explain(this.#client.get<Answer>(path, PATIENCE));
  }

  /** Changes something. @param path what follows the org in the path */
  async post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#explain(this.#client.post<Answer>(path, body, PATIENCE));
  }

  /** Puts something where it is to be. @param path what follows the org in the path */
  async put<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#explain(this.#client.put<Answer>(path, body, PATIENCE));
  }

  /** A link by which a person signs in to the page, once. */
  async signInLink(): Promise<{ readonly link: string; readonly expiresAt: string }> {
    const url = `${this.url}${API_PREFIX}/sign-in-codes`;
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const answer = await ask(url, this.url, { method: 'POST', headers, body: '{}' });
    const { code, expiresAt } = isRecord(answer) ? answer : {};
    if (typeof code !== 'string' || typeof expiresAt !== 'string') throw away(`${this.url} answered no sign-in code`);
    return { link: `${this.url}/sign-in#${code}`, expiresAt };
  }

  /** A stream. @param path what follows the org in the path */
  stream(path: string): StreamSource {
    return { url: `${this.url}${API_PREFIX}/orgs/${this.org}${path}`, token: this.#token };
  }

  async #explain<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw explain(error, this.url);
    }
  }
}

/** A refusal in the words of the command line; that nobody answers has advice. */
export function explain(error: unknown, url: string): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'FW_UNAVAILABLE') return away(`the controller at ${url} does not answer`, error);
  return new Refusal(error.code, `${error.message} [${error.code}]`, { cause: error, at: error.at });
}

/**
 * The orgs that a command speaks with: those of a fleet that runs on this machine, or that of the token.
 *
 * @throws FleetwrightError FW_CONTROLLER_AWAY, FW_ORG_UNKNOWN
 */
export async function findOrgs(options: ServerOptions): Promise<OrgServer[]> {
  const { server, org } = options;
  const found = server === undefined ? findLocal(options.state) : await findRemote(server, options);
  if (org === undefined) return found;
  const chosen = found.filter((each) => each.org === org);
  if (chosen.length > 0) return chosen;
  const names = found.map((each) => each.org);
  const close = nearest(org, names);
  const hint = close === undefined ? `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}` : `did you mean '${close}'?`;
  throw new FleetwrightError('FW_ORG_UNKNOWN', `there is no org '${org}' here; ${hint}`);
}

function findLocal(state: string): OrgServer[] {
  const running = findRunning(state);
  if (running === undefined) throw away(`no fleet runs in the state folder '${state}'`);
  if (typeof running === 'string') throw away(running);
  return [...running.tokens].map(([org, token]) => new OrgServer(running.url, org, token, running.obstacles));
}

async function findRemote(server: string, { tokenFile }: ServerOptions): Promise<OrgServer[]> {
  const url = server.replace(/\/+$/, '');
  if (!URL.canParse(url))
    throw new FleetwrightError('FW_USAGE', `--server must be a URL such as https://fleet.example.com, got '${server}'`);
  const token = tokenFile === undefined ? process.env['FLEETWRIGHT_TOKEN'] : readToken(tokenFile);
  if (!token)
    throw new FleetwrightError(
      'FW_USAGE',
      'with --server, a token is needed: in the variable FLEETWRIGHT_TOKEN, or in a file with --token-file',
    );
  const { org } = await whoAmI(url, token);
  return [new OrgServer(url, org, token)];
}

async function whoAmI(url: string, token: string): Promise<{ readonly org: string }> {
  const answer = await ask(`${url}${API_PREFIX}/whoami`, url, { headers: { authorization: `Bearer ${token}` } });
  if (isRecord(answer) && typeof answer['org'] === 'string' && NAME.test(answer['org'])) return { org: answer['org'] };
  throw away(`${url} is no controller: it does not say whose the token is`);
}

/** Sends what is about no org by its path. @param base URL of the controller, for people */
async function ask(url: string, base: string, request: RequestInit): Promise<unknown> {
  let response;
  let answer: unknown;
  try {
    response = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
    answer = parseAnswer(await readCapped(response, MOST_BYTES));
  } catch (cause) {
    throw away(`the controller at ${base} does not answer`, cause);
  }
  if (response.ok && answer !== undefined) return answer;
  const refusal = refusalOf(answer);
  throw refusal === undefined ? away(`${base} is no controller: it answered with status ${response.status}`) : explain(refusal, base);
}

/**
 * Runs what speaks with a controller. What one elsewhere answers may be anything; that of this machine is our own.
 *
 * @throws FleetwrightError FW_CONTROLLER_AWAY if nothing can be made of its answers
 */
export async function speaking(options: Pick<ServerOptions, 'server'>, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (cause) {
    if (options.server === undefined || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw away(`${options.server} answered what no controller answers (${cause.message})`, cause);
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FleetwrightError('FW_USAGE', `the token cannot be read from '${file}'`, { cause });
  }
}

function away(what: string, cause?: unknown): FleetwrightError {
  const advice = `start one with '${COMMAND} up', or name another with --server <url>`;
  return new FleetwrightError('FW_CONTROLLER_AWAY', `${what}; ${advice}`, { cause });
}

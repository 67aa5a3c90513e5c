import { readFileSync } from 'node:fs';
import { API_PREFIX, Client, Refusal } from '../../controller/contract/wire/index.ts';
import { FleetwrightError, nearest } from '../../constructs/index.ts';
import { isRecord } from '../is-record.ts';
import { COMMAND } from '../print.ts';
import { findRunning } from '../up/state-folder.ts';
import type { StreamSource } from './events.ts';

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

/** An org of a controller, and the right to speak with it. */
export class OrgServer {
  readonly org: string;
  /** Base URL of the controller. */
  readonly url: string;
  readonly #token: string;
  readonly #client: Client;

  constructor(url: string, org: string, token: string) {
    this.org = org;
    this.url = url;
    this.#token = token;
    this.#client = new Client({ url, org, token: () => token });
  }

  /** Reads something. @param path what follows the org in the path */
  async get<Answer>(path: string): Promise<Answer> {
    return this.#explain(this.#client.get<Answer>(path, PATIENCE));
  }

  /** Changes something. @param path what follows the org in the path */
  async post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#explain(this.#client.post<Answer>(path, body, PATIENCE));
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
  const tokens = readTokens(running.tokens);
  return running.orgs.flatMap((org) => {
    const token = tokens[org];
    return typeof token === 'string' ? [new OrgServer(running.url, org, token)] : [];
  });
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
  let response;
  let answer: unknown;
  try {
    response = await fetch(`${url}${API_PREFIX}/whoami`, { headers: { authorization: `Bearer ${token}` }, redirect: 'error' });
    answer = await response.json();
  } catch (cause) {
    throw away(`the controller at ${url} does not answer`, cause);
  }
  if (response.ok && isRecord(answer) && typeof answer['org'] === 'string') return { org: answer['org'] };
  const [code, detail] = isRecord(answer) ? [answer['code'], answer['detail']] : [];
  if (typeof code !== 'string') throw away(`${url} is no controller: it answered with status ${response.status}`);
  throw new Refusal(code as Refusal['code'], `${typeof detail === 'string' ? detail : 'the token was refused'} [${code}]`);
}

function readTokens(file: string): Readonly<Record<string, unknown>> {
  try {
    const tokens: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(tokens) ? tokens : {};
  } catch (cause) {
    throw away(`the tokens of the fleet cannot be read from ${file}`, cause);
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

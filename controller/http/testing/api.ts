import { Ajv } from 'ajv';
import {
  API_PREFIX,
  type Claim,
  CONTRACT_VERSION,
  type Fleet,
  type FleetOrg,
  type NewTask,
  type Scheduled,
} from '../../contract/wire/index.ts';
import { Dispatcher, openPglite, type Store } from '../../dispatch/index.ts';
import type { App } from '../app.ts';
import type { Role } from '../access/roles.ts';
import { makeToken, type Tokens } from '../access/tokens.ts';
import { createServer, migrateAccess, type ServerOptions } from '../index.ts';

/** The methods of the API. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What is sent to the API. */
interface TestRequest {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

const AGENTS: FleetOrg['agents'] = {
  coder: { mode: 'pool', skills: ['typescript'], taskBudget: 1000 },
  reviewer: { mode: 'pool', taskBudget: 1000 },
};

const FLEET: Fleet = {
  contract: CONTRACT_VERSION,
  orgs: {
    acme: { agents: AGENTS, budgets: [{ limit: 1_000_000, window: 'day' }] },
    other: { agents: AGENTS },
  },
};

/** The API in this process, with a token of each role for the org `acme`, and an admin and a worker of the org `other`. */
export class TestApi {
  readonly app: App;
  readonly dispatcher: Dispatcher;
  readonly tokens: Tokens;
  readonly names: ReadonlyMap<string, string>;
  readonly #check: (method: string, path: string, answer: Answer) => string[];

  constructor(app: App, dispatcher: Dispatcher, tokens: Tokens, names: ReadonlyMap<string, string>) {
    this.app = app;
    this.dispatcher = dispatcher;
    this.tokens = tokens;
    this.names = names;
    this.#check = checkAgainst(app.swagger());
  }

  /** Calls a path below `/v1/orgs/acme`, or an absolute one. What is answered must be what is documented. */
  async call(who: string, method: Method, path: string, body?: unknown): Promise<Answer> {
    return this.send(who, { method, path, body });
  }

  /** The same, with headers of its own. */
  async send(who: string, { method, path, body, headers = {} }: TestRequest): Promise<Answer> {
    const url = path.startsWith(API_PREFIX) ? path : `${API_PREFIX}/orgs/acme${path}`;
    const token = this.names.get(who);
    const reply = await this.app.inject({
      method,
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const answer = {
      status: reply.statusCode,
      body: reply.body === '' ? {} : reply.json<Record<string, unknown>>(),
      headers: reply.headers as Record<string, unknown>,
    };
    const problems = this.#check(method, url, answer);
    if (problems.length > 0) throw new Error(`${method} ${url} answered what is not documented: ${problems.join('; ')}: ${reply.body}`);
    return answer;
  }

  /** Schedules one task of agent `coder`, and gives its id. */
  async task(task: Partial<NewTask> = {}): Promise<string> {
    const { status, body } = await this.call('operator', 'POST', '/tasks', { tasks: [{ agent: 'coder', title: 'A task', ...task }] });
    const [scheduled] = (body as { tasks?: Scheduled[] }).tasks ?? [];
    if (status >= 300 || scheduled === undefined) throw new Error(`Not scheduled: ${JSON.stringify(body)}`);
    return scheduled.task;
  }

  /** Claims the one task that there must be. */
  async claim(agent = 'coder'): Promise<Claim> {
    const { body } = await this.call('worker', 'POST', '/claims', { agents: [agent] });
    const [claim] = (body as { claims?: Claim[] }).claims ?? [];
    if (claim === undefined) throw new Error(`There is no work for '${agent}': ${JSON.stringify(body)}`);
    return claim;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.dispatcher.close();
  }
}

/** Opens the API on a database that is forgotten. */
export async function openApi(options: Partial<ServerOptions> = {}, store?: Store): Promise<TestApi> {
  const dispatcher = await Dispatcher.open(store ?? (await openPglite()));
  await migrateAccess(dispatcher.store);
  await dispatcher.applyFleet(FLEET);
  const { app, tokens } = await createServer({ dispatcher, ratePerSecond: 100_000, ...options });
  const names = new Map<string, string>();
  const first = makeToken();
  await tokens.createFirst('acme', first);
  names.set('admin', first);
  const by = (await tokens.identify(first))?.token ?? '';
  const add = async (name: string, org: string, role: Role, agents: string[] = []) =>
    names.set(name, (await tokens.create(org, { name, role, agents }, by)).token);
  await add('viewer', 'acme', 'viewer');
  await add('operator', 'acme', 'operator');
  await add('worker', 'acme', 'worker', ['coder']);
  await add('reviewer', 'acme', 'worker', ['reviewer']);
  await add('foreign admin', 'other', 'admin');
  await add('foreign operator', 'other', 'operator');
  await add('foreign worker', 'other', 'worker', ['coder']);
  await app.ready();
  return new TestApi(app, dispatcher, tokens, names);
}

/** Checks answers against the served description. */
function checkAgainst(document: object): (method: string, path: string, answer: Answer) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'api', ...document });
  const paths = Object.keys((document as { paths: object }).paths).map((path) => ({
    path,
    form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (method, url, { status, body, headers }) => {
    const path = paths
      .filter(({ form }) => form.test(url.replace(/\?.*/, '')))
      .sort((a, b) => countParams(a.path) - countParams(b.path))[0]?.path;
    if (path === undefined || status === 204) return [];
    const [code, type] = status < 400 ? [String(status), 'application~1json'] : ['default', 'application~1problem+json'];
    if (!String(headers['content-type']).startsWith(type.replace('~1', '/'))) return [`the type is ${String(headers['content-type'])}`];
    const steps = ['paths', path.replaceAll('/', '~1'), method.toLowerCase(), 'responses', code, 'content', type, 'schema'];
    const check = ajv.compile({ $ref: `api#/${steps.map(encodeURIComponent).join('/')}` });
    return check(body) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

function countParams(path: string): number {
  return path.split('{').length;
}

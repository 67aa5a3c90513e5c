import type { FastifyBaseLogger } from 'fastify';
import { API_PREFIX } from '../contract/wire/index.ts';
import { type Dispatcher, Reads } from '../dispatch/index.ts';
import { checkAccess } from './access/check-access.ts';
import { checkHost } from './access/hosts.ts';
import { Places } from './access/places.ts';
import { Tokens } from './access/tokens.ts';
import type { App, Services } from './app.ts';
import { Audit } from './audit.ts';
import { makeApp } from './make-app.ts';
import { Metrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { addAgentRoutes } from './routes/agents.ts';
import { addBudgetRoutes } from './routes/budgets.ts';
import { addOpenRoutes } from './routes/open.ts';
import { addQuestionRoutes } from './routes/questions.ts';
import { addSignalRoutes } from './routes/signals.ts';
import { addStreamRoutes } from './routes/streams.ts';
import { addTaskRoutes } from './routes/tasks.ts';
import { addTokenRoutes, addWhoAmI } from './routes/tokens.ts';
import { addWorkRoutes } from './routes/work.ts';
import { Streams } from './stream/streams.ts';

/** Options of `createServer`. */
export interface ServerOptions {
  readonly dispatcher: Dispatcher;

  /** Names under which the program may be called, besides `localhost` and any address. @default none */
  readonly hosts?: readonly string[];

  /** Requests that one token may send in a second. @default 1000 */
  readonly ratePerSecond?: number;

  /** How long ended tasks are kept, in milliseconds. @default 30 days */
  readonly keepMs?: number;

  /** Where the program's log goes. @default nowhere */
  readonly logger?: FastifyBaseLogger;
}

/** The server, and what the rest of the program needs of it. */
export interface Server {
  readonly app: App;
  readonly tokens: Tokens;
  readonly streams: Streams;
}

const MONTH_MS = 30 * 86_400_000;

/** The HTTP API on a dispatcher. `migrateAccess` must have been run. Closing the app answers long-polls, ends streams, and waits for all else. */
export async function createServer({
  dispatcher,
  hosts = [],
  ratePerSecond = 1000,
  keepMs = MONTH_MS,
  logger,
}: ServerOptions): Promise<Server> {
  const app = makeApp(logger);
  const stop = new AbortController();
  const { store } = dispatcher;
  const reads = new Reads(store);
  const tokens = new Tokens(store);
  const metrics = new Metrics();
  const streams = new Streams({ store, reads, tokens, metrics, keepMs });
  const services: Services = {
    dispatcher,
    reads,
    tokens,
    places: new Places(store),
    audit: new Audit(store),
    metrics,
    streams,
    stopping: stop.signal,
  };

  addHooks(app, services, new Set(hosts.map((name) => name.toLowerCase())));
  app.addHook('preClose', (done) => {
    stop.abort();
    streams.end();
    done();
  });
  await describeApi(app);
  addOpenRoutes(app, services);
  await app.register(
    async (api: App) => {
      checkAccess(api, services, ratePerSecond);
      addWhoAmI(api);
      await api.register(async (org: App) => addRoutesOfOrg(org, services), { prefix: '/orgs/:org' });
    },
    { prefix: API_PREFIX },
  );
  return { app, tokens, streams };
}

function addHooks(app: App, { metrics, stopping }: Services, names: ReadonlySet<string>): void {
  app.addHook('onRequest', (request, _, done) => {
    checkHost(request.raw, names);
    done();
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    // Or the connection would stay open, and the end would wait for it.
    if (stopping.aborted) void reply.header('Connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const operation = request.routeOptions.schema?.operationId ?? 'other';
    metrics.requests.observe({ operation, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}

function addRoutesOfOrg(app: App, services: Services): void {
  addTaskRoutes(app, services);
  addWorkRoutes(app, services);
  addStreamRoutes(app, services);
  addQuestionRoutes(app, services);
  addSignalRoutes(app, services);
  addAgentRoutes(app, services);
  addBudgetRoutes(app, services);
  addTokenRoutes(app, services);
}

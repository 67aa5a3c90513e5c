import type { FastifyBaseLogger } from 'fastify';
import { API_PREFIX, CONTRACT_VERSION, type Fleet } from '../contract/wire/index.ts';
import { type Dispatcher, Pipelines, Projects, Reads, Triggers } from '../dispatch/index.ts';
import { checkAccess } from './access/check-access.ts';
import { checkHost } from './access/hosts.ts';
import type { Issuer } from './access/issuers.ts';
import { Places } from './access/places.ts';
import { Tokens } from './access/tokens.ts';
import type { App, Services } from './app.ts';
import { Audit } from './audit.ts';
import { HookSecrets } from './hooks/hook-secrets.ts';
import { Hooks } from './hooks/hook.ts';
import { makeApp } from './make-app.ts';
import { addMcpRoute } from './mcp/mcp-route.ts';
import { Metrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { addPage } from './page/page.ts';
import { addAgentRoutes } from './routes/agents.ts';
import { addBudgetRoutes } from './routes/budgets.ts';
import { addEventRoutes } from './routes/events.ts';
import { addHookRoutes } from './routes/hooks.ts';
import { addOpenRoutes } from './routes/open.ts';
import { addPipelineRoutes } from './routes/pipelines.ts';
import { addProjectRoutes } from './routes/projects.ts';
import { addQuestionRoutes } from './routes/questions.ts';
import { addSessionRoutes, addSignIn } from './routes/sessions.ts';
import { addSignalRoutes } from './routes/signals.ts';
import { addStreamRoutes } from './routes/streams.ts';
import { addTaskRoutes } from './routes/tasks.ts';
import { addTokenRoutes, addWhoAmI } from './routes/tokens.ts';
import { addTriggerRoutes } from './routes/triggers.ts';
import { addWorkRoutes } from './routes/work.ts';
import { Streams } from './stream/streams.ts';
import type { Traces } from './traces/traces.ts';

/** Options of `createServer`. */
export interface ServerOptions {
  readonly dispatcher: Dispatcher;

  /** Whose pipelines and triggers there are. @default none */
  readonly fleet?: Fleet;

  /** The folder that stands for that of the secrets of triggers, outside of a cluster. @default `HOOK_SECRETS` of the contract */
  readonly hookSecrets?: string | undefined;

  /** Names under which the program may be called, besides `localhost` and any address. @default none */
  readonly hosts?: readonly string[];

  /** Requests that one token may send in a second. @default 1000 */
  readonly ratePerSecond?: number;

  /** Who else makes tokens that are good here. @default nobody */
  readonly issuers?: readonly Issuer[];

  /** Where tasks are traced. @default nowhere */
  readonly traces?: Traces;

  /** Where the program's log goes. @default nowhere */
  readonly logger?: FastifyBaseLogger;
}

/** The server, and what the rest of the program needs of it. */
export interface Server {
  readonly app: App;
  readonly tokens: Tokens;
}

/** The HTTP API on a dispatcher. `migrateAccess` must have been run. Closing the app answers long-polls, ends streams, and waits for all else. */
export async function createServer({
  dispatcher,
  fleet = { contract: CONTRACT_VERSION, orgs: {} },
  hookSecrets,
  hosts = [],
  ratePerSecond = 1000,
  issuers = [],
  traces,
  logger,
}: ServerOptions): Promise<Server> {
  const app = makeApp(logger);
  const stop = new AbortController();
  const { store } = dispatcher;
  const reads = new Reads(store);
  const tokens = new Tokens(store);
  const metrics = new Metrics();
  const streams = new Streams({ store, reads, tokens, metrics });
  const services: Services = {
    dispatcher,
    reads,
    pipelines: new Pipelines(dispatcher, fleet),
    projects: new Projects(store),
    triggers: new Triggers(dispatcher, fleet),
    tokens,
    issuers,
    places: new Places(store),
    audit: new Audit(store),
    metrics,
    streams,
    traces,
    stopping: stop.signal,
  };

  const closeOnceQuiet = watchConnections(app);
  addHooks(app, services, new Set(hosts.map((name) => name.toLowerCase())));
  app.addHook('preClose', (done) => {
    stop.abort();
    streams.end();
    closeOnceQuiet();
    done();
  });
  await describeApi(app);
  addOpenRoutes(app, services);
  addSignIn(app, services);
  await addPage(app);
  const hooks = new Hooks(services.triggers, new HookSecrets(hookSecrets, (message) => app.log.error(message)));
  await app.register(async (each: App) => addHookRoutes(each, services, hooks), { prefix: '/hooks' });
  await app.register(
    async (api: App) => {
      checkAccess(api, services, ratePerSecond);
      addWhoAmI(api);
      addSessionRoutes(api, services);
      await api.register(async (org: App) => addRoutesOfOrg(org, services), { prefix: '/orgs/:org' });
    },
    { prefix: API_PREFIX },
  );
  return { app, tokens };
}

/** How often it is looked whether requests are left, in milliseconds. */
const QUIET_MS = 50;

/**
 * A connection on which nothing was asked yet counts as busy, and would hold an end up for as long as its caller likes.
 *
 * @returns closes all connections as soon as no request is under way
 */
function watchConnections({ server }: App): () => void {
  let left = 0;
  const answered = () => (left -= 1);
  server.on('request', (_, response) => {
    left += 1;
    response.on('close', answered);
  });
  return () => {
    const timer = setInterval(() => {
      if (left === 0) server.closeAllConnections();
    }, QUIET_MS);
    server.once('close', () => clearInterval(timer));
  };
}

function addHooks(app: App, { metrics, stopping }: Services, names: ReadonlySet<string>): void {
  app.addHook('onRequest', (request, _, done) => {
    checkHost(request.raw, names);
    done();
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    // Or the connection would stay open, and the end would wait for it.
    if (stopping.aborted) void reply.header('Connection', 'close');
    if (!reply.hasHeader('Cache-Control')) void reply.header('Cache-Control', 'no-store');
    void reply.header('X-Content-Type-Options', 'nosniff');
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
  addMcpRoute(app, services);
  addStreamRoutes(app, services);
  addQuestionRoutes(app, services);
  addSignalRoutes(app, services);
  addAgentRoutes(app, services);
  addBudgetRoutes(app, services);
  addTokenRoutes(app, services);
  addPipelineRoutes(app, services);
  addProjectRoutes(app, services);
  addTriggerRoutes(app, services);
  addEventRoutes(app, services);
}

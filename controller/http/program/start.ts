import { fastify, type FastifyBaseLogger } from 'fastify';
import type { Fleet } from '../../contract/wire/index.ts';
import { Dispatcher, openPglite, openPostgres, startBackground } from '../../dispatch/index.ts';
import { Kubernetes, startJobs } from '../../jobs/index.ts';
import type { Issuer } from '../access/issuers.ts';
import { migrateAccess } from '../access/migrate-access.ts';
import { ServiceAccounts } from '../access/service-accounts.ts';
import { createServer } from '../server.ts';
import type { Traces } from '../traces/traces.ts';
import { makeFirstTokens } from './first-tokens.ts';
import { readFleet } from './fleet-file.ts';
import type { ProgramOptions } from './options.ts';

/** A running controller. */
export interface Running {
  /** Where it listens. */
  readonly url: string;
  /** Orgs that got their first token at this start. */
  readonly newOrgs: readonly string[];
  /** Reads the fleet again, and goes on with it. @throws Error if it cannot be used; then the old one counts */
  readonly reread: () => Promise<void>;
  /** Answers what is under way, and lets go of the database. */
  readonly stop: () => Promise<void>;
}

/** Starts the controller. @throws Error if the fleet, the database or the port cannot be used */
export async function start(options: ProgramOptions): Promise<Running> {
  const fleet = readFleet(options.fleet);
  const store = options.postgres === undefined ? await openPglite(options.data) : await openPostgres({ url: options.postgres });
  const ends: (() => Promise<unknown>)[] = [async () => store.close()];
  try {
    const dispatcher = await Dispatcher.open(store);
    ends[0] = async () => dispatcher.close();
    await migrateAccess(store);
    await dispatcher.applyFleet(fleet);
    const logger = makeLogger();
    const kubernetes = options.kubernetes === undefined ? undefined : new Kubernetes(options.kubernetes);
    ends.push(async () => kubernetes?.close());
    const traces = await tracesOf(process.env);
    ends.push(async () => traces?.close());
    const { app, tokens } = await createServer({
      dispatcher,
      fleet,
      hookSecrets: options.hooks,
      hosts: options.hosts,
      ratePerSecond: options.rate,
      issuers: await issuersOf(options, fleet, kubernetes),
      logger,
      ...(traces === undefined ? {} : { traces }),
    });
    ends.unshift(async () => app.close());
    const newOrgs = await makeFirstTokens(tokens, Object.keys(fleet.orgs), options.data);
    const rest = startBackground({
      dispatcher,
      fleet,
      keepDays: options.keepDays,
      onError: (error) => logger.error({ err: error }, 'What is due could not be done; it is tried again'),
    });
    ends.splice(1, 0, async () => rest());
    if (kubernetes !== undefined) {
      const onError = (error: unknown) => logger.error({ err: error }, 'Kubernetes does not do what is asked of it; it is tried again');
      ends.splice(1, 0, startJobs({ dispatcher, fleet, kubernetes, onError }));
    }
    const url = await app.listen({ host: options.host, port: options.port });
    const reread = async () => {
      const next = readFleet(options.fleet);
      await dispatcher.applyFleet(next);
      await makeFirstTokens(tokens, Object.keys(next.orgs), options.data);
      // All parts of the program hold this one object.
      Object.assign(fleet, next);
    };
    return { url, newOrgs, reread, stop: async () => runAll(ends) };
  } catch (error) {
    await runAll(ends);
    throw error;
  }
}

/** Who else makes tokens that are good here. */
async function issuersOf({ oidc }: ProgramOptions, fleet: Fleet, kubernetes: Kubernetes | undefined): Promise<Issuer[]> {
  return [
    ...(kubernetes === undefined ? [] : [new ServiceAccounts(kubernetes, fleet)]),
    ...(oidc === undefined ? [] : [new (await import('../access/oidc.ts')).Oidc(oidc)]),
  ];
}

/** Only where somebody collects them, as OpenTelemetry is large. */
async function tracesOf(environment: NodeJS.ProcessEnv): Promise<Traces | undefined> {
  const collector = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  return collector === '' ? undefined : new (await import('../traces/traces.ts')).Traces();
}

/** The framework's own log, to standard error: standard output is for people. */
function makeLogger(): FastifyBaseLogger {
  return fastify({ logger: { level: 'info', stream: process.stderr } }).log;
}

async function runAll(ends: readonly (() => Promise<unknown>)[]): Promise<void> {
  // In this order.
  for (const end of ends) await end();
}

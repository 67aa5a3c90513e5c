import { fastify, type FastifyBaseLogger } from 'fastify';
import { Dispatcher, openPglite, openPostgres, startBackground } from '../../dispatch/index.ts';
import { migrateAccess } from '../access/migrate-access.ts';
import { createServer } from '../server.ts';
import { makeFirstTokens } from './first-tokens.ts';
import { readFleet } from './fleet-file.ts';
import type { ProgramOptions } from './options.ts';

const DAY_MS = 86_400_000;

/** A running controller. */
export interface Running {
  /** Where it listens. */
  readonly url: string;
  /** Orgs that got their first token at this start. */
  readonly newOrgs: readonly string[];
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
    const { app, tokens, streams } = await createServer({
      dispatcher,
      hosts: options.hosts,
      ratePerSecond: options.rate,
      keepMs: options.keepDays * DAY_MS,
      logger,
    });
    ends.unshift(async () => app.close());
    const newOrgs = await makeFirstTokens(tokens, Object.keys(fleet.orgs), options.data);
    const forgetting = setInterval(() => streams.forgot(), DAY_MS / 2);
    const rest = startBackground({
      dispatcher,
      fleet,
      keepDays: options.keepDays,
      onError: (error) => logger.error({ err: error }, 'What is due could not be done; it is tried again'),
    });
    ends.splice(1, 0, async () => (clearInterval(forgetting), rest()));
    const url = await app.listen({ host: options.host, port: options.port });
    return { url, newOrgs, stop: async () => runAll(ends) };
  } catch (error) {
    await runAll(ends);
    throw error;
  }
}

/** The framework's own log, to standard error: standard output is for people. */
function makeLogger(): FastifyBaseLogger {
  return fastify({ logger: { level: 'info', stream: process.stderr } }).log;
}

async function runAll(ends: readonly (() => Promise<unknown>)[]): Promise<void> {
  // In this order.
  for (const end of ends) await end();
}

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher, Pipelines, Projects, Reads, Triggers } from '../dispatch/index.ts';
import type { Issuer } from './access/issuers.ts';
import type { Places } from './access/places.ts';
import type { Identity, Tokens } from './access/tokens.ts';
import type { Audit } from './audit.ts';
import type { Metrics } from './metrics.ts';
import type { Streams } from './stream/streams.ts';
import type { Traces } from './traces/traces.ts';

/** The HTTP server, whose schemas give the types of requests. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

/** What routes work with. */
export interface Services {
  readonly dispatcher: Dispatcher;
  readonly reads: Reads;
  readonly pipelines: Pipelines;
  readonly projects: Projects;
  readonly triggers: Triggers;
  readonly tokens: Tokens;
  /** Who else makes tokens that are good here. */
  readonly issuers: readonly Issuer[];
  readonly places: Places;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly streams: Streams;
  /** Where there is a collector of traces. */
  readonly traces: Traces | undefined;
  /** Aborted when the program is to end. */
  readonly stopping: AbortSignal;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once the token has been looked at. */
    identity: Identity | null;
    /** Who calls, where only callers with a token come. */
    readonly caller: Identity;
    /** Ids of tasks for the audit log, where the path does not name them. */
    about: readonly string[] | null;
    /** What was changed, before and after, for the audit log. */
    change: object | null;
  }
}

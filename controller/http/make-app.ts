import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { fastify, type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { PROBLEM_STATUS, Refusal } from '../contract/wire/index.ts';
import type { App } from './app.ts';
import { parseJson } from './messages/json.ts';
import { PROBLEM_TYPE, RETRY_SECONDS, toProblem, toRefusal } from './messages/problems.ts';
import { compileCheck } from './messages/validation.ts';

/** What a request may be. Sizes are in bytes, times in milliseconds. */
export const HTTP_LIMITS = {
  /** A result of the largest size, and what is around it. */
  body: 2 * 1024 * 1024,
  headers: 16 * 1024,
  connections: 20_000,
  /** Until the headers, and until the whole request, have come. */
  headersMs: 10_000,
  requestMs: 30_000,
  /** How long a connection without a request stays open. */
  idleMs: 75_000,
} as const;

/** A server that reads strictly, answers what it refuses in one form, and has limits. It has no routes yet. */
export function makeApp(logger: FastifyBaseLogger | undefined): App {
  const app: App = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: HTTP_LIMITS.body,
    requestTimeout: HTTP_LIMITS.requestMs,
    keepAliveTimeout: HTTP_LIMITS.idleMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    http: {
      requireHostHeader: false,
      maxHeaderSize: HTTP_LIMITS.headers,
      headersTimeout: HTTP_LIMITS.headersMs,
      connectionsCheckingInterval: 1000,
    },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    clientErrorHandler: refuseConnection,
  });
  app.server.maxConnections = HTTP_LIMITS.connections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', 'application/merge-patch+json'], { parseAs: 'buffer' }, (_, body, done) => {
    try {
      done(null, parseJson(Buffer.from(body)));
    } catch (error) {
      done(toRefusal(error));
    }
  });
  app.setValidatorCompiler<unknown>(({ schema, httpPart }) => {
    const check = compileCheck(schema, httpPart === 'body' ? 'body' : 'text');
    return (value: unknown) => {
      const refusal = check(value);
      if (refusal === undefined) return true;
      // What has an impossible name is not there.
      return { error: httpPart === 'params' ? new Refusal('FW_NOT_FOUND', 'There is nothing of this name') : refusal };
    };
  });
  // Answers are made by this program and documented by their schemas; the framework would leave out what a schema does not name.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setNotFoundHandler((request, reply) =>
    refuse(new Refusal('FW_NOT_FOUND', 'There is no such path, or it is not for this method'), request, reply),
  );
  app.setErrorHandler(refuse);
  return app;
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = toRefusal(error);
  // What is refused on purpose needs no stack, which would be long where many are refused.
  if (error instanceof Refusal && error.cause === undefined) {
    if (PROBLEM_STATUS[refusal.code] >= 500) request.log.warn({ request: request.id }, refusal.message);
  } else if (PROBLEM_STATUS[refusal.code] >= 500) request.log.error({ err: error, request: request.id }, refusal.message);
  if (refusal.code === 'FW_UNAVAILABLE' || refusal.code === 'FW_RATE_LIMITED') void reply.header('Retry-After', RETRY_SECONDS);
  if (refusal.code === 'FW_UNAUTHENTICATED') void reply.header('WWW-Authenticate', 'Bearer');
  void reply.code(PROBLEM_STATUS[refusal.code]).type(PROBLEM_TYPE).serializer(JSON.stringify).send(toProblem(refusal, request.id));
}

/** What is not even HTTP: there is no request to answer, only a connection. */
function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = new Refusal(
    large ? 'FW_TOO_LARGE' : 'FW_BODY_INVALID',
    large ? 'The headers are too large' : 'This is not a valid HTTP request',
  );
  const { status, title, ...rest } = toProblem(refusal);
  const body = JSON.stringify({ status, title, ...rest });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

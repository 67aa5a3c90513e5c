import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { readClaims } from './issuers.ts';
import { RateLimit } from './rate.ts';
import { ACCESS, type Operation, UNRECORDED } from './roles.ts';
import { sessionOf } from './sessions-cookie.ts';
import type { Identity } from './tokens.ts';

/** What is not worth an entry: requests that could not be read, and those that came too often. */
const UNRECORDED_STATUS: ReadonlySet<number> = new Set([400, 401, 413, 429]);

/**
 * Asks every request for a token that may do what it wants, before its body is read, and records what it changed. A route without an entry in
 * `ACCESS` does not start.
 */
export function checkAccess(app: App, services: Services, ratePerSecond: number): void {
  const { audit } = services;
  const rate = new RateLimit(ratePerSecond);
  app.decorateRequest('identity', null);
  app.decorateRequest('about', null);
  app.decorateRequest('change', null);
  app.decorateRequest('caller', {
    getter(this: FastifyRequest) {
      if (this.identity === null) throw new Error('Nobody has been asked for a token yet');
      return this.identity;
    },
  });

  app.addHook('onRoute', ({ url, schema }) => {
    if (!isOperation(schema?.operationId)) throw new Error(`The route ${url} stands in no row of the table of roles`);
  });
  app.addHook('onRequest', async (request) => {
    const caller = await identify(services, request);
    if (caller === undefined)
      throw new Refusal('FW_UNAUTHENTICATED', "The token is missing, unknown or revoked; send 'Authorization: Bearer <token>'");
    request.identity = caller;
    const wait = rate.take(caller.token);
    if (wait > 0) throw new Refusal('FW_RATE_LIMITED', `This token may send ${ratePerSecond} requests a second; wait, or send more in one`);
    allow(request, caller);
  });
  app.addHook('onSend', async (request, reply) => {
    const operation = operationOf(request);
    const { identity, about, change } = request;
    if (request.method === 'GET' || operation === undefined || UNRECORDED.has(operation) || identity === null) return;
    if (UNRECORDED_STATUS.has(reply.statusCode) || (operation === 'claimTasks' && about === null)) return;
    const { org, token, name } = identity;
    const target = request.url.slice(0, 512);
    const recorded = audit.record({
      org,
      token,
      name,
      operation,
      target,
      about: about ?? [],
      ...(change === null ? {} : { change }),
      status: reply.statusCode,
      request: request.id,
    });
    // What failed already is answered as such; what cannot be recorded is not acknowledged.
    await (reply.statusCode < 500 ? recorded : recorded.catch(() => undefined));
  });
}

/** Whose token it is: one of ours, a session, or one of an issuer that we trust. @throws Refusal FW_UNAVAILABLE */
async function identify({ tokens, issuers }: Services, request: FastifyRequest): Promise<Identity | undefined> {
  const token = bearerOf(request) ?? sessionOf(request) ?? '';
  const claims = token.startsWith('fw_') ? undefined : readClaims(token);
  if (claims === undefined) return tokens.identify(token);
  const { org } = request.params as { readonly org?: string };
  return issuers.find((each) => each.claims(claims))?.identify(token, org);
}

function allow(request: FastifyRequest, { org, role }: Identity): void {
  const operation = operationOf(request);
  const roles: readonly string[] = operation === undefined ? [] : ACCESS[operation];
  const wanted = (request.params as { readonly org?: string }).org;
  if (wanted !== undefined && wanted !== org) throw new Refusal('FW_NOT_FOUND', `There is no org '${wanted.slice(0, 63)}'`);
  if (!roles.includes(role))
    throw new Refusal('FW_FORBIDDEN', `A token with the role '${role}' may not do this; ${roles.join(' or ')} may`);
}

function operationOf({ routeOptions }: FastifyRequest): Operation | undefined {
  const id = routeOptions.schema?.operationId;
  return isOperation(id) ? id : undefined;
}

function isOperation(id: string | undefined): id is Operation {
  return id !== undefined && Object.hasOwn(ACCESS, id);
}

function bearerOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return authorization === undefined ? undefined : (/^Bearer (\S{1,10000})$/i.exec(authorization)?.[1] ?? '');
}

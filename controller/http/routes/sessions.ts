import { Type } from 'typebox';
import { API_PREFIX, CallerSchema, closed, Refusal, TextSchema, TimeSchema } from '../../contract/wire/index.ts';
import { RateLimit } from '../access/rate.ts';
import { Sessions } from '../access/sessions.ts';
import { mustBeOurPage, sessionCookie } from '../access/sessions-cookie.ts';
import type { App, Services } from '../app.ts';
import { Nothing, operation } from './shared.ts';

/** How often one address may try to sign in, a second. */
const TRIES_PER_SECOND = 5;

const CredentialSchema = Type.Union([
  closed({ code: Type.String({ maxLength: 200, description: 'Of a sign-in link.' }) }),
  closed({ token: Type.String({ maxLength: 200 }) }),
]);

const CodeSchema = closed({ code: Type.String({ description: 'Good once.' }), expiresAt: TimeSchema }, { $id: 'SignInCode' });

/** What needs a token: codes for others, and the end of one's own session. */
export function addSessionRoutes(app: App, { tokens, dispatcher: { store } }: Services): void {
  const sessions = new Sessions(store, tokens);

  app.post(
    '/sign-in-codes',
    {
      ...operation('createSignInCode', "Make a code for the page's address '/sign-in#<code>': it begins one session, within ten minutes", {
        body: closed({
          name: Type.Optional({ ...TextSchema, description: 'Of the person, for the audit log.' }),
          role: Type.Optional(Type.Enum(['viewer', 'operator', 'admin'], { default: 'admin' })),
        }),
        response: { 201: CodeSchema },
      }),
      preValidation: (request, _, done) => {
        request.body ??= {};
        done();
      },
    },
    async ({ caller, body: { name = 'sign-in link', role = 'admin' } }, reply) =>
      reply.code(201).send(await sessions.createCode(caller, { name, role })),
  );

  app.delete('/sessions', operation('endSession', 'Sign out', { response: { 204: Nothing } }), async (request, reply) => {
    await sessions.end(request.caller);
    return reply.code(204).header('Set-Cookie', sessionCookie(request)).send(null);
  });
}

/** Signing in, which nobody needs a token for. */
export function addSignIn(app: App, { tokens, dispatcher: { store } }: Services): void {
  const sessions = new Sessions(store, tokens);
  const rate = new RateLimit(TRIES_PER_SECOND);

  app.post(
    `${API_PREFIX}/sessions`,
    {
      schema: {
        operationId: 'createSession',
        summary: "Sign in: exchange a code or a token for the page's cookie",
        security: [],
        body: CredentialSchema,
        response: { 201: CallerSchema },
      },
      onRequest: (request, _, done) => {
        mustBeOurPage(request);
        if (rate.take(request.ip) > 0)
          throw new Refusal('FW_RATE_LIMITED', 'Somebody at this address tries to sign in too often; wait a second');
        done();
      },
    },
    async (request, reply) => {
      const session = await sessions.begin(request.body);
      const caller = await tokens.identify(session.token);
      if (caller === undefined) throw new Refusal('FW_UNAUTHENTICATED', 'The session has ended already; sign in again');
      const { token, org, name, role, agents } = caller;
      return reply
        .code(201)
        .header('Set-Cookie', sessionCookie(request, session))
        .send({ token, org, name, role, agents: [...agents] });
    },
  );
}

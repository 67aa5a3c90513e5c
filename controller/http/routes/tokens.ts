import { Type } from 'typebox';
import { CallerSchema, closed, LIMITS, NameSchema, Refusal, TextSchema, TimeSchema } from '../../contract/wire/index.ts';
import { ROLES } from '../access/roles.ts';
import type { App, Services } from '../app.ts';
import { listOf, Nothing, operation, OrgParams, PAGE, PageQuery } from './shared.ts';

const TokenIdSchema = Type.String({ pattern: '^[0-9a-f]{16}$' });

const WHO = {
  name: { ...TextSchema, description: 'For people.' },
  role: Type.Enum(ROLES),
  agents: Type.Array(NameSchema, { maxItems: LIMITS.batch, uniqueItems: true, description: 'For which a worker works.' }),
};

const NewTokenSchema = closed({ ...WHO, agents: Type.Optional(WHO.agents) }, { $id: 'NewToken' });

const TokenStatusSchema = closed(
  {
    id: TokenIdSchema,
    ...WHO,
    createdAt: TimeSchema,
    expiresAt: Type.Optional({ ...TimeSchema, description: 'Of a session: when it ends by itself.' }),
  },
  { $id: 'TokenStatus' },
);

const AuditRecordSchema = closed(
  {
    id: Type.String(),
    at: TimeSchema,
    token: Type.String({ description: 'Id of a token of ours, or who else proved who it is: a person, a pod, a hook.' }),
    name: Type.String(),
    operation: Type.String(),
    target: Type.String(),
    about: Type.Array(Type.String(), { description: 'Ids of tasks.' }),
    change: Type.Optional(
      Type.Unknown({ description: 'Of a project: its title and data `before`, null where there was none, and `after`.' }),
    ),
    status: Type.Integer(),
    request: Type.String(),
  },
  { $id: 'AuditRecord' },
);

/** Who may call, and who did what. */
export function addTokenRoutes(app: App, { tokens, audit }: Services): void {
  app.get(
    '/tokens',
    operation('listTokens', 'List tokens that work', { params: OrgParams, response: { 200: listOf(TokenStatusSchema) } }),
    async ({ caller }) => ({ items: await tokens.list(caller.org) }),
  );

  app.post(
    '/tokens',
    operation('createToken', 'Make a token; it is shown once', {
      params: OrgParams,
      body: NewTokenSchema,
      response: { 201: closed({ id: TokenIdSchema, token: Type.String() }) },
    }),
    async ({ caller, body }, reply) => {
      if ((body.role === 'worker') !== (body.agents !== undefined && body.agents.length > 0))
        throw new Refusal('FW_BODY_INVALID', 'A worker needs the agents that it works for, and nobody else has any', { at: '/agents' });
      return reply.code(201).send(await tokens.create(caller.org, body, caller.token));
    },
  );

  app.delete(
    '/tokens/:token',
    operation('revokeToken', 'End a token', { params: closed({ org: NameSchema, token: TokenIdSchema }), response: { 204: Nothing } }),
    async ({ caller, params: { token } }, reply) => {
      if (token === caller.token)
        throw new Refusal('FW_STATE_CONFLICT', 'No token ends itself, so that there is always one left; use another one');
      if (!(await tokens.revoke(caller.org, token))) throw new Refusal('FW_NOT_FOUND', `Org '${caller.org}' has no token ${token}`);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/audit',
    operation('readAudit', 'Read who changed what, newest first', {
      params: OrgParams,
      querystring: closed(PageQuery),
      response: { 200: listOf(AuditRecordSchema) },
    }),
    async ({ caller, query: { before, limit = PAGE } }) => audit.list(caller.org, { before, limit }),
  );
}

/** Who the caller is. */
export function addWhoAmI(app: App): void {
  app.get(
    '/whoami',
    operation('whoAmI', 'Read whose token this is', { response: { 200: CallerSchema } }),
    async ({ caller: { token, org, name, role, agents } }) => ({ token, org, name, role, agents: [...agents] }),
  );
}

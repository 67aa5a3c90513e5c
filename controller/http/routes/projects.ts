import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  closed,
  NameSchema,
  type Project,
  ProjectPatchSchema,
  ProjectSchema,
  ProjectSummarySchema,
  ProjectWriteSchema,
  Refusal,
} from '../../contract/wire/index.ts';
import type { ProjectChange } from '../../dispatch/index.ts';
import type { App, Services } from '../app.ts';
import { found, listOf, operation, OrgParams, PAGE, PageQuery } from './shared.ts';

const ProjectParams = closed({ org: NameSchema, project: NameSchema });

const ProjectsQuery = closed({
  after: Type.Optional({ ...NameSchema, description: 'The `cursor` of the page before.' }),
  limit: PageQuery.limit,
});

/** A header is no part of a schema that is closed: others come with it. */
const headers = Type.Object({
  'if-match': Type.Optional(Type.String({ pattern: '^"\\d{1,9}"$', description: 'The `version` that was seen, in quotes: `"3"`.' })),
});

/** Projects: what tasks work for. Their data is repaired here, and by no other way. */
export function addProjectRoutes(app: App, { projects }: Services): void {
  app.get(
    '/projects',
    operation('listProjects', 'List projects by name, without their data', {
      params: OrgParams,
      querystring: ProjectsQuery,
      response: { 200: listOf(ProjectSummarySchema) },
    }),
    async ({ caller, query: { after, limit = PAGE } }) => projects.list(caller.org, { after, limit }),
  );

  app.get(
    '/projects/:project',
    operation('readProject', 'Read a project, and what it has cost', { params: ProjectParams, response: { 200: ProjectSchema } }),
    async ({ caller: { org }, params: { project: name } }, reply) => {
      const project = found(await projects.see(org, name), `Org '${org}' has no project '${name}'`);
      return reply.header('ETag', tagOf(project)).send(project);
    },
  );

  app.put(
    '/projects/:project',
    operation('replaceProject', 'Make a project, or replace its title and data', {
      params: ProjectParams,
      headers,
      body: ProjectWriteSchema,
      response: { 200: ProjectSchema, 201: ProjectSchema },
    }),
    async (request, reply) => {
      const { caller, params, body } = request;
      return tell(request, reply, await projects.replace(caller.org, params.project, { ...body, ...seen(request.headers, body) }));
    },
  );

  app.patch(
    '/projects/:project',
    operation('changeProject', 'Change a project by a merge patch (RFC 7396)', {
      consumes: ['application/json', 'application/merge-patch+json'],
      params: ProjectParams,
      headers,
      body: ProjectPatchSchema,
      response: { 200: ProjectSchema },
    }),
    async (request, reply) => {
      const { caller, params, body } = request;
      return tell(request, reply, await projects.patch(caller.org, params.project, { ...body, ...seen(request.headers, body) }));
    },
  );
}

function tell(request: FastifyRequest, reply: FastifyReply, change: ProjectChange): FastifyReply {
  request.change = changeOf(change);
  return reply
    .code(change.before === null ? 201 : 200)
    .header('ETag', tagOf(change.after))
    .send(change.after);
}

/** What the audit log keeps of it. */
export function changeOf({ before, after: { title, data } }: ProjectChange): object {
  return { before, after: { title, data } };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.if-match */
function seen(
  { 'if-match': tag }: { readonly 'if-match'?: string },
  { version }: { readonly version?: number },
): { readonly version?: number } {
  if (tag === undefined) return {};
  const tagged = Number(tag.slice(1, -1));
  if (version === undefined || version === tagged) return { version: tagged };
  throw new Refusal('FW_BODY_INVALID', "The header 'If-Match' and the field 'version' name two versions", { at: '/version' });
}

function tagOf({ version }: Project): string {
  return `"${version}"`;
}

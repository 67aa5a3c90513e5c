import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ProjectChange, refuseStale } from '../../dispatch/index.ts';
import type { App, Services } from '../app.ts';
import { changeOf } from '../routes/projects.ts';
import { operation, OrgParams } from '../routes/shared.ts';
import { parseFence } from './fence-header.ts';

/** The tools of an agent that works on a task, as an MCP endpoint without sessions. @see https://modelcontextprotocol.io/specification/2026-07-28 */
export function addMcpRoute(app: App, services: Services): void {
  app.post(
    '/mcp',
    operation('callTools', 'MCP endpoint (Streamable HTTP) of the agent that holds the task of the header `Fleetwright-Fence`', {
      params: OrgParams,
      body: Type.Unknown(),
      response: { 200: Type.Unknown({ description: 'A message of the protocol.' }) },
    }),
    async (request, reply) => answer(services, request, reply),
  );
}

async function answer(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { caller, body, headers } = request;
  const fence = parseFence(headers['fleetwright-fence']);
  if (!(await services.places.isHeld(caller, fence))) throw refuseStale(fence.task);
  // Much code, and most controllers never need it.
  const [{ createMcpHandler }, { agentTools }] = await Promise.all([import('@modelcontextprotocol/server'), import('./agent-tools.ts')]);
  const made: string[] = [];
  // The tools are always the same ones, so there is nothing to be told of later.
  const call = { caller, fence, made, changed: (change: ProjectChange) => void (request.change = changeOf(change)) };
  const handler = createMcpHandler(() => agentTools(services, call), { maxSubscriptions: 0 });
  const response = await handler.fetch(new Request('http://controller/mcp', { method: 'POST', headers: textHeaders(headers) }), {
    parsedBody: body,
  });
  const text = await response.text();
  request.about = [fence.task, ...made];
  for (const [name, value] of response.headers) void reply.header(name, value);
  return reply.code(response.status).serializer(String).send(text);
}

function textHeaders(headers: FastifyRequest['headers']): Headers {
  const texts = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Headers(texts.filter(([name]) => name !== 'authorization' && name !== 'content-length'));
}

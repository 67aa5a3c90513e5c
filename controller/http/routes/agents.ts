import { Type } from 'typebox';
import { QUEUE_FIELD } from '../../contract/index.ts';
import { AgentStatusSchema, closed, Refusal } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { AgentParams, found, listOf, Nothing, operation, OrgParams } from './shared.ts';

/** Agents: what they have to do, and whether they may. */
export function addAgentRoutes(app: App, { dispatcher, reads }: Services): void {
  app.get(
    '/agents',
    operation('listAgents', 'List agents', { params: OrgParams, response: { 200: listOf(AgentStatusSchema) } }),
    async ({ caller }) => ({ items: await reads.agents(caller.org) }),
  );

  app.get(
    '/agents/:agent/queue',
    operation('readQueue', 'Count the unfinished tasks of an agent, for what scales it', {
      params: AgentParams,
      response: { 200: closed({ [QUEUE_FIELD]: Type.Integer({ minimum: 0 }) }) },
    }),
    async ({ caller, params: { agent } }) => {
      const mine = caller.role !== 'worker' || caller.agents.includes(agent);
      const unfinished = mine ? await reads.unfinished(caller.org, agent) : undefined;
      return { [QUEUE_FIELD]: found(unfinished, `Org '${caller.org}' has no agent '${agent}'`) };
    },
  );

  for (const [verb, held, operations] of [
    ['hold', true, { org: 'holdOrg', agent: 'holdAgent' }],
    ['release', false, { org: 'releaseOrg', agent: 'releaseAgent' }],
  ] as const) {
    const what = held ? 'Give no more work to' : 'Give work again to';
    const response = { 204: Nothing };
    app.post(`/${verb}`, operation(operations.org, `${what} the org`, { params: OrgParams, response }), async ({ caller }, reply) => {
      await dispatcher.hold(caller.org, undefined, held);
      return reply.code(204).send(null);
    });
    app.post(
      `/agents/:agent/${verb}`,
      operation(operations.agent, `${what} an agent`, { params: AgentParams, response }),
      async ({ caller: { org }, params: { agent } }, reply) => {
        const known = (await reads.agents(org)).some((status) => status.agent === agent);
        if (!known) throw new Refusal('FW_NOT_FOUND', `Org '${org}' has no agent '${agent}'`);
        await dispatcher.hold(org, agent, held);
        return reply.code(204).send(null);
      },
    );
  }
}

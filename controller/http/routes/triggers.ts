import { Type } from 'typebox';
import { closed, IdSchema, LIMITS, NameSchema, TextSchema, TimeSchema } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { found, listOf, operation, OrgParams, PAGE } from './shared.ts';

const TriggerStatusSchema = closed(
  {
    name: NameSchema,
    kind: Type.Enum(['cron', 'github', 'webhook', 'event']),
    title: TextSchema,
    agent: Type.Optional(NameSchema),
    pipeline: Type.Optional(NameSchema),
  },
  { $id: 'TriggerStatus' },
);

const DeliverySchema = closed(
  {
    id: Type.String({ description: "The sender's." }),
    at: TimeSchema,
    outcome: Type.Enum(['started', 'unwanted', 'failed']),
    detail: Type.Optional(Type.String({ description: 'Why it was unwanted, or could not be made out.' })),
    run: Type.Optional(IdSchema),
    task: Type.Optional(IdSchema),
  },
  { $id: 'Delivery' },
);

/** Triggers, and what came to them. */
export function addTriggerRoutes(app: App, { triggers }: Services): void {
  app.get(
    '/triggers',
    operation('listTriggers', 'List triggers', { params: OrgParams, response: { 200: listOf(TriggerStatusSchema) } }),
    ({ caller }) => ({
      items: triggers.list(caller.org).map(({ name, trigger: { kind, title, agent, pipeline } }) => ({
        name,
        kind,
        title,
        ...(agent === undefined ? {} : { agent }),
        ...(pipeline === undefined ? {} : { pipeline }),
      })),
    }),
  );

  app.get(
    '/triggers/:trigger/deliveries',
    operation('listDeliveries', 'List what was brought to a trigger, newest first', {
      params: closed({ org: NameSchema, trigger: NameSchema }),
      querystring: closed({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.batch })) }),
      response: { 200: listOf(DeliverySchema) },
    }),
    async ({ caller: { org }, params: { trigger: name }, query: { limit = PAGE } }) => {
      found(triggers.find(org, name), `Org '${org}' has no trigger '${name}' that anything is brought to`);
      return { items: [...(await triggers.deliveries(org, name, limit))] };
    },
  );
}

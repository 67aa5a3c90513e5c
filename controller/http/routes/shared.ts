import type { FastifySchema } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { closed, IdSchema, LIMITS, NameSchema, Refusal } from '../../contract/wire/index.ts';
import type { Operation } from '../access/roles.ts';
import { CURSOR_PATTERN } from '../stream/cursor.ts';

/** Part of the path that says of which org something is. It is the caller's own, or the answer is that there is none. */
export const OrgParams = closed({ org: NameSchema });

/** Path to a task. */
export const TaskParams = closed({ org: NameSchema, task: IdSchema });

/** Path to an agent. */
export const AgentParams = closed({ org: NameSchema, agent: NameSchema });

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.batch, description: 'At most so many; 100 when left out.' }));

/** Which page of a list. */
export const PageQuery = {
  before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: 'The `cursor` of the page before.' })),
  limit,
};

/** From where on to read something that grows. A stream takes the header `Last-Event-ID` for it too. */
export const AfterQuery = closed({ after: Type.Optional(Type.String({ pattern: CURSOR_PATTERN, description: 'An `id`.' })), limit });

/** Items on a page when a caller does not say. */
export const PAGE = 100;

/** An empty answer. */
export const Nothing = Type.Null({ description: 'Done.' });

/** A list, or a page of one. */
export function listOf<Item extends TSchema>(item: Item) {
  return closed({
    items: Type.Array(item),
    cursor: Type.Optional(Type.String({ description: 'Where the next page begins; left out at the end.' })),
  });
}

/** What the table of roles, the documents and the log call a route, and what it takes and gives. */
export function operation<const Schema extends FastifySchema>(operationId: Operation, summary: string, schema: Schema) {
  return { schema: { operationId, summary, ...schema } };
}

/** What was looked for. @throws Refusal FW_NOT_FOUND */
export function found<T>(thing: T | undefined, message: string): T {
  if (thing === undefined) throw new Refusal('FW_NOT_FOUND', message);
  return thing;
}

import { type Static, Type } from 'typebox';
import { LogChunkSchema } from './report.ts';
import { closed, IdSchema, JsonSchema, NameSchema, TimeSchema } from './values.ts';

/** Something that happened to a task. `id` orders the events of an org and is where a reader goes on from. */
export const EventSchema = closed(
  {
    id: Type.String({ pattern: '^\\d+-\\d+$' }),
    org: NameSchema,
    task: IdSchema,
    attempt: Type.Integer({ minimum: 0 }),
    kind: Type.String(),
    at: TimeSchema,
    data: Type.Optional(JsonSchema),
  },
  { $id: 'Event' },
);

/** Something that happened to a task. */
export type TaskEvent = Static<typeof EventSchema>;

/** A log chunk as it is read. `late` marks what an attempt sent after it had lost the task. */
export const LogEntrySchema = closed(
  {
    ...LogChunkSchema.properties,
    id: Type.String({ pattern: '^\\d+-\\d+$' }),
    attempt: Type.Integer({ minimum: 1 }),
    at: TimeSchema,
    late: Type.Boolean(),
  },
  { $id: 'LogEntry' },
);

/** A log chunk as it is read. */
export type LogEntry = Static<typeof LogEntrySchema>;

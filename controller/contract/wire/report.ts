import { type Static, Type } from 'typebox';
import { FenceSchema } from './fence.ts';
import { LIMITS } from './limits.ts';
import { closed, IdSchema, JsonSchema, KeySchema, MoneySchema, SecondsSchema, TextSchema, TimeSchema } from './values.ts';

/** What a run used. `cost` is what counts against budgets. */
export const UsageSchema = closed(
  {
    model: Type.String({ minLength: 1, maxLength: 256 }),
    inputTokens: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    outputTokens: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    cost: MoneySchema,
  },
  { $id: 'Usage' },
);

/** What a run used of one model. */
export type Usage = Static<typeof UsageSchema>;

/** The agent's program begins. */
export const StartSchema = closed(
  {
    fence: FenceSchema,
    worker: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'Name of the worker, for people. It proves nothing.' })),
    session: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  { $id: 'Start' },
);

/** The agent's program begins. */
export type Start = Static<typeof StartSchema>;

/** A sign of life. */
export const HeartbeatSchema = closed({ fence: FenceSchema, cost: Type.Optional(MoneySchema) }, { $id: 'Heartbeat' });

/** A sign of life. */
export type Heartbeat = Static<typeof HeartbeatSchema>;

/**
 * The answer to a sign of life. `stale`: stop at once, the task is another's or has ended. `held`: do what `directive` says: go on; rest
 * until told otherwise; or end, as the task's budget is used up.
 */
export const HeartbeatAnswerSchema = Type.Union(
  [
    closed({ outcome: Type.Literal('held'), until: TimeSchema, directive: Type.Enum(['continue', 'pause', 'stop-over-budget']) }),
    closed({ outcome: Type.Literal('stale') }),
  ],
  { $id: 'HeartbeatAnswer' },
);

/** The answer to a sign of life. */
export type HeartbeatAnswer = Static<typeof HeartbeatAnswerSchema>;

/** A question to people, or with `approval` the wish to do something that needs a person's consent. */
export const AskSchema = closed(
  {
    key: KeySchema,
    kind: Type.Enum(['question', 'approval']),
    text: Type.String({ minLength: 1, maxLength: 16_384 }),
    options: Type.Optional(Type.Array(TextSchema, { maxItems: 32 })),
    subject: Type.Optional(Type.String({ maxLength: 256, description: 'Hash of exactly what is to be approved.' })),
    timeoutSeconds: Type.Optional(SecondsSchema),
    ifUnanswered: Type.Optional(JsonSchema),
  },
  { $id: 'Ask' },
);

/** A question to people. */
export type Ask = Static<typeof AskSchema>;

/**
 * What a task waits for: answers to all of its questions, a signal with a key, a time, or the end of tasks below it, however they end. The
 * claim that follows has the results of those in `needs`; when `timeoutSeconds` were over first, its `signal` says so, by the key `tasks`.
 */
const WaitSchema = Type.Union([
  closed({ for: Type.Literal('answers') }),
  closed({ for: Type.Literal('event'), key: KeySchema, timeoutSeconds: Type.Optional(SecondsSchema) }),
  closed({ for: Type.Literal('time'), seconds: SecondsSchema }),
  closed({
    for: Type.Literal('tasks'),
    tasks: Type.Array(IdSchema, { minItems: 1, maxItems: LIMITS.needs, uniqueItems: true, description: 'Tasks below it, at any level.' }),
    timeoutSeconds: Type.Optional(SecondsSchema),
  }),
]);

const REPORT = {
  fence: FenceSchema,
  usage: Type.Optional(Type.Array(UsageSchema, { maxItems: 64 })),
  session: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
};

/**
 * The end of an attempt. `succeeded` ends the task. `failed` ends it too, unless `retry` asks for another attempt and there is one left.
 * `waiting` frees the worker and the budget until what the task waits for has come. `returned` gives the task back as if never claimed.
 */
export const CompletionSchema = Type.Union(
  [
    closed({ ...REPORT, outcome: Type.Literal('succeeded'), result: Type.Optional(JsonSchema) }),
    closed({
      ...REPORT,
      outcome: Type.Literal('failed'),
      reason: TextSchema,
      retry: Type.Optional(Type.Boolean({ default: false })),
      result: Type.Optional(JsonSchema),
    }),
    closed({ ...REPORT, outcome: Type.Literal('waiting'), wait: WaitSchema }),
    closed({ ...REPORT, outcome: Type.Literal('returned'), reason: Type.Optional(TextSchema) }),
  ],
  { $id: 'Completion' },
);

/** The end of an attempt. */
export type Completion = Static<typeof CompletionSchema>;

/** What became of a report: it counts; the same fence had reported before, and `state` is what came of that; or the fence is stale. */
export const CompletionAnswerSchema = Type.Union(
  [closed({ outcome: Type.Enum(['recorded', 'replayed']), state: Type.String() }), closed({ outcome: Type.Literal('stale') })],
  { $id: 'CompletionAnswer' },
);

/** What became of a report. */
export type CompletionAnswer = Static<typeof CompletionAnswerSchema>;

/** A question as it stands. */
export const QuestionSchema = closed(
  {
    id: IdSchema,
    task: IdSchema,
    key: KeySchema,
    kind: Type.Enum(['question', 'approval', 'escalation']),
    text: Type.String(),
    options: Type.Optional(Type.Array(TextSchema)),
    subject: Type.Optional(Type.String()),
    state: Type.Enum(['open', 'answered', 'expired', 'withdrawn']),
    askedAt: TimeSchema,
    expiresAt: Type.Optional(TimeSchema),
    answer: Type.Optional(JsonSchema),
    answeredBy: Type.Optional(Type.String()),
    answeredAt: Type.Optional(TimeSchema),
  },
  { $id: 'Question' },
);

/** A question as it stands. */
export type Question = Static<typeof QuestionSchema>;

/**
 * A person's answer. Who gave it comes from the identity. An approval must name the `subject` that was looked at. The answer to an escalation
 * is `retry`, `cancel` or `continue`, and is done.
 */
export const ReplySchema = closed({ answer: JsonSchema, subject: Type.Optional(Type.String({ maxLength: 256 })) }, { $id: 'Reply' });

/** A person's answer. */
export type Reply = Static<typeof ReplySchema>;

/** Something happened outside that tasks of the org may wait for. */
export const SignalSchema = closed({ key: KeySchema, data: Type.Optional(JsonSchema) }, { $id: 'Signal' });

/** Something happened outside. */
export type Signal = Static<typeof SignalSchema>;

/** A piece of a task's output. `seq` counts up from 0 per attempt; sending a piece again changes nothing. */
export const LogChunkSchema = closed(
  {
    seq: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    stream: Type.Enum(['stdout', 'stderr', 'agent']),
    text: Type.String({ maxLength: LIMITS.chunkBytes }),
  },
  { $id: 'LogChunk' },
);

/** A piece of a task's output. */
export type LogChunk = Static<typeof LogChunkSchema>;

/** Something a worker tells about a task. `seq` counts up from 1 per attempt and kind; sending it again changes nothing. */
export const WorkerEventSchema = closed(
  {
    seq: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    kind: Type.Enum(['progress', 'plan', 'artifact', 'tool', 'message', 'note']),
    data: JsonSchema,
  },
  { $id: 'WorkerEvent' },
);

/** Something a worker tells about a task. */
export type WorkerEvent = Static<typeof WorkerEventSchema>;

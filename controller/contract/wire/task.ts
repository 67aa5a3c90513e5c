import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { closed, IdSchema, JsonSchema, KeySchema, MoneySchema, NameSchema, SecondsSchema, TextSchema, TimeSchema } from './values.ts';

/** The states of a task. `controller/dispatch/states.ts` says how they follow each other. */
export const TASK_STATES = ['waiting', 'queued', 'paused', 'claimed', 'running', 'succeeded', 'failed', 'cancelled', 'dead'] as const;

/** State of a task. */
export const TaskStateSchema = Type.Enum(TASK_STATES, { $id: 'TaskState' });

/** State of a task. */
export type TaskState = Static<typeof TaskStateSchema>;

/** What happens to a task when one that it needs does not succeed: it ends too, it is skipped (what needs it goes on), or it runs. */
const OnFailureSchema = Type.Enum(['cancel', 'skip', 'run']);

/** An edge of the graph. */
const NeedSchema = closed({
  task: Type.String({ minLength: 1, maxLength: 256, description: 'Id of a task, or the `key` of one in the same call.' }),
  as: Type.Optional(KeySchema),
  onFailure: Type.Optional(OnFailureSchema),
});

/** What the sub-tasks of a task may be. Each is a hard limit. */
export const SubTaskLimitsSchema = closed({
  count: Type.Integer({ minimum: 0, maximum: 10_000, description: 'How many in all, those below them included.' }),
  depth: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.depth, default: 1, description: 'How many levels below this one.' })),
  parallel: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many may be unfinished and released at once.' })),
  budget: Type.Optional(MoneySchema),
});

/** A person's consent, asked for when nothing else stands in the way of a task. */
export const ApprovalSchema = closed({
  reason: TextSchema,
  timeoutSeconds: { ...SecondsSchema, minimum: 1, description: 'Silence until then is a no.' },
});

const ADDRESS = {
  agent: Type.Optional(NameSchema),
  skills: Type.Optional(Type.Array(NameSchema, { minItems: 1, maxItems: 32, uniqueItems: true })),
};

/** A task to schedule. Either `agent` or `skills` says who works on it: of those who have all skills, the one with the least load. */
export const NewTaskSchema = closed(
  {
    ...ADDRESS,
    key: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'Scheduling it again with the same key changes nothing.' }),
    ),
    title: TextSchema,
    input: Type.Optional(JsonSchema),
    priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100, default: 0, description: 'Higher comes first.' })),
    notBefore: Type.Optional(TimeSchema),
    needs: Type.Optional(Type.Array(NeedSchema, { maxItems: LIMITS.needs })),
    parent: Type.Optional(IdSchema),
    project: Type.Optional({ ...NameSchema, description: 'What it works for; a sub-task works for what its parent works for.' }),
    subTasks: Type.Optional(SubTaskLimitsSchema),
    approval: Type.Optional(ApprovalSchema),
    budget: Type.Optional(MoneySchema),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.attempts })),
    deadlineSeconds: Type.Optional(SecondsSchema),
    session: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  { $id: 'NewTask' },
);

/** A task to schedule. */
export type NewTask = Static<typeof NewTaskSchema>;

/** A graph of tasks: all of it is scheduled, or nothing. */
export const ScheduleRequestSchema = closed(
  { tasks: Type.Array(NewTaskSchema, { minItems: 1, maxItems: LIMITS.batch }) },
  { $id: 'ScheduleRequest' },
);

/** A graph of tasks. */
export type ScheduleRequest = Static<typeof ScheduleRequestSchema>;

/** A scheduled task, by position in the request. */
export const ScheduledSchema = closed(
  {
    task: IdSchema,
    agent: NameSchema,
    created: Type.Boolean({ description: 'Whether this call made it, rather than one before with the same key.' }),
  },
  { $id: 'Scheduled' },
);

/** A scheduled task. */
export type Scheduled = Static<typeof ScheduledSchema>;

/** Why a task does not go on by itself. */
const WaitReasonSchema = Type.Enum(['needs', 'time', 'backoff', 'siblings', 'question', 'event', 'tasks']);

/** A task as it stands. */
export const TaskSchema = closed(
  {
    id: IdSchema,
    org: NameSchema,
    agent: NameSchema,
    title: TextSchema,
    state: TaskStateSchema,
    waitsFor: Type.Optional(WaitReasonSchema),
    reason: Type.Optional(Type.String({ description: 'Why it ended as it did.' })),
    priority: Type.Integer(),
    attempt: Type.Integer({ description: 'Claims so far.' }),
    failures: Type.Integer({ description: 'Attempts that failed or were lost.' }),
    attempts: Type.Integer({ description: 'Most failures before it is dead.' }),
    parent: Type.Optional(IdSchema),
    project: Type.Optional(NameSchema),
    key: Type.Optional(Type.String()),
    session: Type.Optional(Type.String()),
    budget: MoneySchema,
    cost: MoneySchema,
    createdAt: TimeSchema,
    notBefore: Type.Optional(TimeSchema),
    endedAt: Type.Optional(TimeSchema),
    input: JsonSchema,
    result: Type.Optional(JsonSchema),
  },
  { $id: 'Task' },
);

/** A task as it stands. */
export type Task = Static<typeof TaskSchema>;

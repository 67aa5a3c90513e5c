import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { ApprovalSchema, SubTaskLimitsSchema, TaskStateSchema } from './task.ts';
import { byName, closed, IdSchema, JsonSchema, MoneySchema, NameSchema, SecondsSchema, TextSchema, TimeSchema } from './values.ts';

const StepSchema = closed({
  id: NameSchema,
  agent: Type.Optional(NameSchema),
  skills: Type.Optional(Type.Array(NameSchema, { minItems: 1, maxItems: 32, uniqueItems: true })),
  title: TextSchema,
  instructions: Type.Optional(Type.String({ maxLength: 16_384 })),
  needs: Type.Optional(Type.Array(NameSchema, { maxItems: 100, uniqueItems: true, description: 'Ids of steps of the same pipeline.' })),
  onFailure: Type.Optional(Type.Enum(['cancel', 'skip', 'run'])),
  attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.attempts })),
  deadlineSeconds: Type.Optional(SecondsSchema),
  budget: Type.Optional(MoneySchema),
  approval: Type.Optional(ApprovalSchema),
  subTasks: Type.Optional(SubTaskLimitsSchema),
});

/** A graph of tasks, of which there may be any number of runs. */
export const PipelineSchema = closed({ steps: Type.Array(StepSchema, { minItems: 1, maxItems: 100 }) }, { $id: 'Pipeline' });

/** A graph of tasks. */
export type Pipeline = Static<typeof PipelineSchema>;

/** A task of a pipeline. */
export type Step = Static<typeof StepSchema>;

/** What a trigger starts: one task of an agent, or a run of a pipeline. Exactly one of the two is there. */
const START = { agent: Type.Optional(NameSchema), pipeline: Type.Optional(NameSchema), title: TextSchema };

const ExpressionSchema = Type.String({ minLength: 1, maxLength: 2000, description: 'CEL over `event` and `data`.' });

const CHOICE = {
  when: Type.Optional(ExpressionSchema),
  input: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z][\\w-]{0,62}$' }), ExpressionSchema, { additionalProperties: false, maxProperties: 100 }),
  ),
};

const SIGNED = { secretFile: Type.String({ maxLength: 512, description: 'One secret on each line; any of them is good.' }) };

const HeaderSchema = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' });

/** What starts work without a person. */
export const TriggerSchema = Type.Union(
  [
    closed({
      kind: Type.Literal('cron'),
      ...START,
      cron: Type.String({ minLength: 9, maxLength: 128 }),
      timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, default: 'Etc/UTC' })),
      whileRunning: Type.Optional(Type.Enum(['Forbid', 'Allow', 'Replace'])),
      suspended: Type.Optional(Type.Boolean({ default: false })),
      input: Type.Optional(JsonSchema),
    }),
    closed({
      kind: Type.Literal('github'),
      ...START,
      ...CHOICE,
      ...SIGNED,
      events: Type.Optional(Type.Array(Type.String({ maxLength: 128 }))),
    }),
    closed({
      kind: Type.Literal('webhook'),
      ...START,
      ...CHOICE,
      ...SIGNED,
      header: Type.Optional(HeaderSchema),
      timestampHeader: Type.Optional(HeaderSchema),
    }),
    closed({
      kind: Type.Literal('event'),
      ...START,
      ...CHOICE,
      type: Type.String({ minLength: 1, maxLength: 256 }),
      source: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    }),
  ],
  { $id: 'Trigger' },
);

/** What starts work without a person. */
export type Trigger = Static<typeof TriggerSchema>;

/** What `fleet.json` says of the pipelines and triggers of an org. */
export const WORK = { pipelines: Type.Optional(byName(PipelineSchema)), triggers: Type.Optional(byName(TriggerSchema)) };

/** A wish for a run of a pipeline. */
export const RunRequestSchema = closed(
  {
    title: TextSchema,
    input: Type.Optional(JsonSchema),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Starting it again with the same key changes nothing.' })),
    project: Type.Optional({ ...NameSchema, description: 'What its tasks work for.' }),
  },
  { $id: 'RunRequest' },
);

/** A wish for a run of a pipeline. */
export type RunRequest = Static<typeof RunRequestSchema>;

/** A run that has been started, with its tasks in the order of the steps. */
export const StartedRunSchema = closed(
  {
    run: IdSchema,
    created: Type.Boolean({ description: 'Whether this call made it, rather than one before with the same key.' }),
    tasks: Type.Array(closed({ step: NameSchema, id: IdSchema })),
  },
  { $id: 'StartedRun' },
);

/** A run that has been started. */
export type StartedRun = Static<typeof StartedRunSchema>;

const StepStatusSchema = closed({
  step: NameSchema,
  task: IdSchema,
  agent: NameSchema,
  state: TaskStateSchema,
  waitsFor: Type.Optional(Type.String({ description: '`question` while a person has to agree.' })),
  reason: Type.Optional(Type.String()),
});

/** A run as it stands: `running` until all steps have ended, and then what the worst of them is; what was left out counts as good. */
export const RunSchema = closed(
  {
    id: IdSchema,
    pipeline: NameSchema,
    title: TextSchema,
    state: Type.Enum(['running', 'succeeded', 'failed', 'cancelled']),
    startedBy: Type.String(),
    createdAt: TimeSchema,
    steps: Type.Array(StepStatusSchema),
  },
  { $id: 'Run' },
);

/** A run as it stands. */
export type Run = Static<typeof RunSchema>;

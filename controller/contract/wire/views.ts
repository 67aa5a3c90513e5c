import { type Static, Type } from 'typebox';
import { LocalSchema } from './fleet.ts';
import { UsageSchema } from './report.ts';
import { TaskSchema } from './task.ts';
import { closed, IdSchema, MoneySchema, NameSchema, TimeSchema } from './values.ts';

/** A task without its input and result. */
const { input: _, result: __, ...summary } = TaskSchema.properties;

/** A task in a list: without what it was given and made. */
export const TaskSummarySchema = closed(summary, { $id: 'TaskSummary' });

/** A task in a list. */
export type TaskSummary = Static<typeof TaskSummarySchema>;

/** Tasks that have to do with each other: those above and below a task, and those that it needs or that need it, and theirs. */
export const TaskGraphSchema = closed(
  {
    tasks: Type.Array(TaskSummarySchema, { description: 'The nearest first; the task itself is the first one.' }),
    needs: Type.Array(closed({ task: IdSchema, needed: IdSchema, as: Type.Optional(Type.String()), settled: Type.Boolean() }), {
      description: 'Which of them need which.',
    }),
    more: Type.Boolean({ description: 'Whether there are others, too far away to be listed.' }),
  },
  { $id: 'TaskGraph' },
);

/** Tasks that have to do with each other. */
export type TaskGraph = Static<typeof TaskGraphSchema>;

/** An attempt at a task, as it went. */
const AttemptSchema = closed({
  attempt: Type.Integer({ minimum: 1 }),
  claimedAt: TimeSchema,
  startedAt: Type.Optional(TimeSchema),
  endedAt: Type.Optional(TimeSchema),
  worker: Type.Optional(Type.String({ description: 'What the worker calls itself.' })),
  outcome: Type.Optional(Type.String({ description: 'What the worker reported, or `expired`.' })),
  reason: Type.Optional(Type.String()),
  fleet: Type.Optional(Type.String({ description: 'SHA-256 of the `fleet.json` that was in force.' })),
  usage: Type.Array(UsageSchema),
});

/** Where a task comes from, and how the attempts at it went. */
export const TaskHistorySchema = closed(
  {
    scheduledBy: Type.Optional(
      closed({ name: Type.String(), token: Type.String() }, { description: 'Left out for what schedules and triggers began.' }),
    ),
    image: Type.Optional(Type.String({ description: 'Of the agent, as the fleet has it now.' })),
    local: Type.Optional(LocalSchema),
    models: Type.Array(Type.String(), { description: 'That the agent may use, as the fleet has it now.' }),
    attempts: Type.Array(AttemptSchema, { description: 'The first one first.' }),
  },
  { $id: 'TaskHistory' },
);

/** Where a task comes from, and how the attempts at it went. */
export type TaskHistory = Static<typeof TaskHistorySchema>;

/** How much an agent has to do, and what it may. */
export const AgentStatusSchema = closed(
  {
    agent: NameSchema,
    skills: Type.Array(NameSchema),
    running: Type.Integer({ description: 'Tasks that workers hold.' }),
    queued: Type.Integer({ description: 'Tasks that wait for a worker, a slot or money.' }),
    maxRunning: Type.Optional(Type.Integer()),
    paused: Type.Boolean(),
  },
  { $id: 'AgentStatus' },
);

/** How much an agent has to do, and what it may. */
export type AgentStatus = Static<typeof AgentStatusSchema>;

/** What is left of a budget. */
export const BudgetStatusSchema = closed(
  {
    owner: Type.String({ description: "An org ('acme') or an agent ('acme/coder')." }),
    window: Type.Enum(['day', 'month', 'rolling', 'total']),
    limit: MoneySchema,
    topUp: MoneySchema,
    spent: MoneySchema,
    reserved: MoneySchema,
  },
  { $id: 'BudgetStatus' },
);

/** What is left of a budget. */
export type BudgetStatus = Static<typeof BudgetStatusSchema>;

/** Who calls, as a token or a session says. */
export const CallerSchema = closed(
  {
    token: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Id of the token.' }),
    org: NameSchema,
    name: Type.String({ description: 'For people.' }),
    role: Type.Enum(['viewer', 'operator', 'admin', 'worker']),
    agents: Type.Array(NameSchema, { description: 'For which a worker works.' }),
  },
  { $id: 'Caller' },
);

/** Who calls. */
export type Caller = Static<typeof CallerSchema>;

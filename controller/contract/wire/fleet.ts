import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { WORK } from './pipeline.ts';
import { SubTaskLimitsSchema } from './task.ts';
import { byName, closed, MoneySchema, NameSchema, SecondsSchema } from './values.ts';

/**
 * A limit on spending. Calendar windows begin at midnight in `timeZone`; a rolling window looks back `seconds` at every moment; `total` never
 * begins anew.
 */
const BudgetSchema = closed(
  {
    limit: MoneySchema,
    window: Type.Enum(['day', 'month', 'rolling', 'total']),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, default: 'Etc/UTC', description: 'IANA name.' })),
    seconds: Type.Optional(Type.Integer({ minimum: 60, maximum: LIMITS.seconds, description: 'Length of a rolling window.' })),
  },
  { $id: 'Budget' },
);

/**
 * When people are told of a task without being asked by it. What an agent leaves out is as its org says, and then as the defaults say. Each
 * cause is told once, as a question of the kind `escalation`.
 */
const EscalationSchema = closed(
  {
    failures: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.attempts, default: 3, description: 'Attempts that failed.' })),
    spentPercent: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 80, description: "Spent of the task's own budget, in percent." }),
    ),
    silentSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LIMITS.seconds, default: 3600, description: 'Without output or events of a running attempt.' }),
    ),
    approvalSeconds: Type.Optional({ ...SecondsSchema, default: 900, description: 'Without an answer to a wish for approval.' }),
  },
  { $id: 'Escalation' },
);

const ADMISSION = {
  maxRunning: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Tasks at once; no limit when left out.' })),
  budgets: Type.Optional(Type.Array(BudgetSchema, { maxItems: 4, description: 'At most one of each window.' })),
  paused: Type.Optional(Type.Boolean({ default: false })),
  escalation: Type.Optional(EscalationSchema),
};

/** How an agent comes to run. */
const AgentModeSchema = Type.Enum(['service', 'pool', 'job', 'schedule', 'sandbox']);

/** An agent that is a process of the machine of its controller, rather than pods of an image. */
export const LocalSchema = closed({
  repository: Type.Optional(Type.String({ maxLength: 4096, description: "Folder of the repository that stands for the agent's own." })),
});

/** An agent, as the controller sees it. */
const FleetAgentSchema = closed(
  {
    ...ADMISSION,
    mode: AgentModeSchema,
    skills: Type.Optional(Type.Array(NameSchema, { maxItems: 64, uniqueItems: true })),
    models: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 64 })),
    tools: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 256 })),
    image: Type.Optional(Type.String({ maxLength: 512 })),
    local: Type.Optional(LocalSchema),
    podTemplate: Type.Optional(Type.String({ maxLength: 253, description: 'Name of the PodTemplate from which Jobs are made.' })),
    pool: Type.Optional(
      closed({ min: Type.Integer({ minimum: 0 }), max: Type.Integer({ minimum: 1 }), tasksPerWorker: Type.Integer({ minimum: 1 }) }),
    ),
    taskBudget: Type.Optional(MoneySchema),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.attempts, default: 3 })),
    deadlineSeconds: Type.Optional(SecondsSchema),
    leaseSeconds: Type.Optional(Type.Integer({ minimum: 2, maximum: 3600, default: 30 })),
    subTasks: Type.Optional(SubTaskLimitsSchema),
  },
  { $id: 'FleetAgent' },
);

/** A cron schedule. @see https://www.rfc-editor.org/rfc/rfc9557 */
const ScheduleSchema = closed({
  agent: NameSchema,
  cron: Type.String({ minLength: 9, maxLength: 128 }),
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, default: 'Etc/UTC' })),
  title: Type.String({ minLength: 1, maxLength: LIMITS.text }),
  input: Type.Optional(Type.Unknown()),
  whileRunning: Type.Optional(Type.Enum(['Forbid', 'Allow', 'Replace'])),
  suspended: Type.Optional(Type.Boolean({ default: false })),
});

/** An org, as the controller sees it. */
export const FleetOrgSchema = closed(
  {
    ...ADMISSION,
    namespace: Type.Optional(NameSchema),
    agents: byName(FleetAgentSchema),
    schedules: Type.Optional(byName(ScheduleSchema)),
    ...WORK,
  },
  { $id: 'FleetOrg' },
);

/** An org, as the controller sees it. */
export type FleetOrg = Static<typeof FleetOrgSchema>;

/** The file `fleet.json`: what the controller knows about the fleet, made by synth and read at start. */
export const FleetSchema = closed(
  {
    contract: Type.String({ pattern: '^\\d+\\.\\d+$', description: 'Contract version it was written for.' }),
    orgs: byName(FleetOrgSchema),
  },
  { $id: 'Fleet' },
);

/** The file `fleet.json`. */
export type Fleet = Static<typeof FleetSchema>;

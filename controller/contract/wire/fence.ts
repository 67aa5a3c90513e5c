import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { ProjectOfTaskSchema } from './project.ts';
import { closed, IdSchema, JsonSchema, KeySchema, NameSchema, SecondsSchema, TextSchema, TimeSchema, MoneySchema } from './values.ts';

/**
 * Proof of holding a task: minted by each claim, carried by everything that a worker sends about it. Once the lease has passed to another
 * attempt, or the task has ended, the fence is stale and changes nothing.
 */
export const FenceSchema = closed(
  {
    task: IdSchema,
    attempt: Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Counts claims of the task.' }),
    token: IdSchema,
  },
  { $id: 'Fence' },
);

/** Proof of holding a task. */
export type Fence = Static<typeof FenceSchema>;

/** A wish for work. The org, and for a worker also the agent, come from the caller's identity. */
export const ClaimRequestSchema = closed(
  {
    agents: Type.Array(NameSchema, { minItems: 1, maxItems: LIMITS.batch, uniqueItems: true, description: 'For whom.' }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.batch, default: 1, description: 'At most so many.' })),
    waitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: LIMITS.claimWaitSeconds, default: 0 })),
    // For a worker that was made for one task.
    task: Type.Optional(IdSchema),
  },
  { $id: 'ClaimRequest' },
);

/** A wish for work. */
export type ClaimRequest = Static<typeof ClaimRequestSchema>;

/** What a task gets from one that it needed or waited for. */
const InputOfNeedSchema = closed({
  task: IdSchema,
  as: Type.Optional(KeySchema),
  state: Type.String({ description: 'How it ended; where waiting for it was over too soon, how it stands.' }),
  result: Type.Optional(JsonSchema),
});

/** An answered question of an earlier attempt. */
const AnswerSchema = closed({
  question: IdSchema,
  key: KeySchema,
  state: Type.Union([Type.Literal('answered'), Type.Literal('expired')]),
  answer: JsonSchema,
});

/** A task that the caller now holds. */
export const ClaimSchema = closed(
  {
    fence: FenceSchema,
    org: NameSchema,
    agent: NameSchema,
    title: TextSchema,
    input: JsonSchema,
    needs: Type.Array(InputOfNeedSchema, { description: 'The results of what it needed, and of what it waited for.' }),
    answers: Type.Array(AnswerSchema),
    signal: Type.Optional(
      closed(
        { key: KeySchema, data: Type.Optional(JsonSchema), timedOut: Type.Optional(Type.Boolean()) },
        { description: 'What ended its waiting.' },
      ),
    ),
    session: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Session of the program to go on with.' })),
    parent: Type.Optional(IdSchema),
    project: Type.Optional({ ...ProjectOfTaskSchema, description: 'What it works for, as it stood when the task was claimed.' }),
    budget: MoneySchema,
    leaseSeconds: SecondsSchema,
    leaseUntil: TimeSchema,
  },
  { $id: 'Claim' },
);

/** A task that the caller now holds. */
export type Claim = Static<typeof ClaimSchema>;

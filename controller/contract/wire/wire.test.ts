import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { Compile } from 'typebox/compile';
import { expect, expectTypeOf, it } from 'vitest';
import type { Static } from 'typebox';
import type { AgentConfig } from '../config.ts';
import {
  AgentConfigSchema,
  ClaimRequestSchema,
  ClaimSchema,
  CompletionSchema,
  EventSchema,
  FleetSchema,
  HeartbeatAnswerSchema,
  HeartbeatSchema,
  LogEntrySchema,
  PROBLEM_STATUS,
  ProblemSchema,
  ProjectPatchSchema,
  ProjectSchema,
  ProjectSummarySchema,
  ProjectWriteSchema,
  QuestionSchema,
  RunRequestSchema,
  RunSchema,
  ScheduleRequestSchema,
  StartedRunSchema,
  TaskGraphSchema,
  TaskHistorySchema,
  TaskSchema,
} from './index.ts';
import { MESSAGES_1_0 } from './messages-1.0.ts';
import { MESSAGES_1_1 } from './messages-1.1.ts';

type Unchanging<T> = T extends object ? { readonly [Key in keyof T]: Unchanging<T[Key]> } : T;

const SCHEMAS = {
  AgentConfig: Compile(AgentConfigSchema),
  Claim: Compile(ClaimSchema),
  ClaimRequest: Compile(ClaimRequestSchema),
  Completion: Compile(CompletionSchema),
  Event: Compile(EventSchema),
  Fleet: Compile(FleetSchema),
  Heartbeat: Compile(HeartbeatSchema),
  HeartbeatAnswer: Compile(HeartbeatAnswerSchema),
  LogEntry: Compile(LogEntrySchema),
  Problem: Compile(ProblemSchema),
  Project: Compile(ProjectSchema),
  ProjectPatch: Compile(ProjectPatchSchema),
  ProjectSummary: Compile(ProjectSummarySchema),
  ProjectWrite: Compile(ProjectWriteSchema),
  Question: Compile(QuestionSchema),
  Run: Compile(RunSchema),
  RunRequest: Compile(RunRequestSchema),
  ScheduleRequest: Compile(ScheduleRequestSchema),
  StartedRun: Compile(StartedRunSchema),
  Task: Compile(TaskSchema),
  TaskGraph: Compile(TaskGraphSchema),
  TaskHistory: Compile(TaskHistorySchema),
};

it.each(MESSAGES_1_0)('still accepts a $schema as it was sent by version 1.0', ({ schema, message }) => {
  expect([...SCHEMAS[schema].Errors(message)]).toEqual([]);
});

it.each(MESSAGES_1_1)('accepts a $schema as it is sent by version 1.1', ({ schema, message }) => {
  expect([...SCHEMAS[schema].Errors(message)]).toEqual([]);
});

it.each([
  ['ScheduleRequest', { tasks: [] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', prioritty: 1 }] }],
  ['ScheduleRequest', { tasks: [{ title: '', agent: 'coder' }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: '../etc' }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'a'.repeat(64) }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', budget: -1 }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', budget: 2 ** 53 }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', priority: 1.5 }] }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', notBefore: 'tomorrow' }] }],
  ['ClaimRequest', { agents: [] }],
  ['ClaimRequest', { agents: ['coder'], waitSeconds: 61 }],
  ['Heartbeat', { fence: { task: 'x', attempt: 1, token: 'y' } }],
  ['Completion', { fence: MESSAGES_1_0[0]?.message, outcome: 'dead' }],
  ['Completion', { ...MESSAGES_1_1[0].message, wait: { for: 'tasks', tasks: [] } }],
  ['Completion', { ...MESSAGES_1_1[0].message, wait: { for: 'tasks', tasks: ['build'] } }],
  ['Fleet', { contract: '1.0', orgs: { Acme: { agents: {} } } }],
  ['ProjectWrite', { title: 'Shop', data: [] }],
  ['ProjectPatch', { data: null }],
  ['ScheduleRequest', { tasks: [{ title: 'A task', agent: 'coder', project: 'Shop' }] }],
] as const)('refuses %s %j', (schema, message) => {
  expect(SCHEMAS[schema].Check(message)).toBe(false);
});

it('describes the type that the construct library writes', () => {
  expectTypeOf<AgentConfig>().toExtend<Unchanging<Static<typeof AgentConfigSchema>>>();
});

it.each(Object.entries(PROBLEM_STATUS))('shows an answer with %s on its page as it is sent', (code, status) => {
  const page = readFileSync(new URL(`../../../docs/errors/${code}.md`, import.meta.url), 'utf8');
  const example: unknown = JSON.parse(/```text\n(.*?)```/s.exec(page)?.[1] ?? '');
  expect([...SCHEMAS.Problem.Errors(example)]).toEqual([]);
  expect(example).toMatchObject({ type: `urn:fleetwright:problem:${code}`, title: STATUS_CODES[status], status, code });
});

it('keeps its problem codes', () => {
  expect(PROBLEM_STATUS).toEqual({
    FW_BODY_INVALID: 400,
    FW_UNAUTHENTICATED: 401,
    FW_FORBIDDEN: 403,
    FW_NOT_FOUND: 404,
    FW_KEY_REUSED: 409,
    FW_FENCE_STALE: 409,
    FW_STATE_CONFLICT: 409,
    FW_TOO_LARGE: 413,
    FW_AGENT_UNKNOWN: 422,
    FW_SKILL_UNKNOWN: 422,
    FW_NEED_UNKNOWN: 422,
    FW_PARENT_UNKNOWN: 422,
    FW_PROJECT_UNKNOWN: 422,
    FW_GRAPH_CYCLE: 422,
    FW_SUBTASK_LIMIT: 422,
    FW_BUDGET_TOO_SMALL: 422,
    FW_TEXT_INVALID: 422,
    FW_RATE_LIMITED: 429,
    FW_INTERNAL: 500,
    FW_UNAVAILABLE: 503,
  });
});

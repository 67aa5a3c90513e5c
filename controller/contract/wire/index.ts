export { AgentConfigSchema } from './agent-config.ts';
export { traceParent, tracePlace } from '../trace.ts';
export { ANSWER_MS, Client, type ClientOptions, parseAnswer, type Patience, readCapped, refusalOf } from '../client.ts';
export { ClaimRequestSchema, ClaimSchema, FenceSchema, type Claim, type ClaimRequest, type Fence } from './fence.ts';
export { FleetSchema, type Fleet, type FleetOrg } from './fleet.ts';
export { LIMITS } from './limits.ts';
export {
  PipelineSchema,
  RunRequestSchema,
  RunSchema,
  StartedRunSchema,
  type Pipeline,
  type Run,
  type RunRequest,
  type StartedRun,
  type Step,
  type Trigger,
} from './pipeline.ts';
export { PROBLEM_STATUS, ProblemSchema, Refusal, type ProblemCode, type ProblemDocument } from './problem.ts';
export {
  ProjectPatchSchema,
  ProjectSchema,
  ProjectSummarySchema,
  ProjectWriteSchema,
  type Project,
  type ProjectPatch,
  type ProjectSummary,
  type ProjectWrite,
} from './project.ts';
export {
  AskSchema,
  CompletionAnswerSchema,
  CompletionSchema,
  HeartbeatAnswerSchema,
  HeartbeatSchema,
  LogChunkSchema,
  QuestionSchema,
  ReplySchema,
  SignalSchema,
  StartSchema,
  WorkerEventSchema,
  type Ask,
  type Completion,
  type CompletionAnswer,
  type Heartbeat,
  type HeartbeatAnswer,
  type LogChunk,
  type Question,
  type Reply,
  type Signal,
  type Start,
  type Usage,
  type WorkerEvent,
} from './report.ts';
export { EventSchema, LogEntrySchema, type LogEntry, type TaskEvent } from './stream.ts';
export {
  ScheduledSchema,
  ScheduleRequestSchema,
  TASK_STATES,
  TaskSchema,
  type NewTask,
  type Scheduled,
  type ScheduleRequest,
  type Task,
  type TaskState,
} from './task.ts';
export { byName, closed, IdSchema, MoneySchema, NameSchema, TextSchema, TimeSchema } from './values.ts';
export { API_PREFIX, CONTRACT_VERSION } from './version.ts';
export {
  AgentStatusSchema,
  BudgetStatusSchema,
  CallerSchema,
  TaskGraphSchema,
  TaskHistorySchema,
  TaskSummarySchema,
  type AgentStatus,
  type BudgetStatus,
  type Caller,
  type TaskGraph,
  type TaskHistory,
  type TaskSummary,
} from './views.ts';

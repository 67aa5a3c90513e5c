/** What a token makes of its holder. */
export const ROLES = ['viewer', 'operator', 'admin', 'worker'] as const;

/** What a token makes of its holder. */
export type Role = (typeof ROLES)[number];

const EVERYONE: readonly Role[] = ROLES;
const READERS: readonly Role[] = ['viewer', 'operator', 'admin'];
const OPERATORS: readonly Role[] = ['operator', 'admin'];
const ADMINS: readonly Role[] = ['admin'];
const WORKERS: readonly Role[] = ['worker'];

/**
 * Who may do what, all within the org of the token. A worker works for the agents of its token only: what it reads and reports is about their
 * tasks. People do not work, so that no stolen session of theirs can hold a task or report an end.
 */
export const ACCESS = {
  whoAmI: EVERYONE,
  endSession: EVERYONE,

  listTasks: READERS,
  readTask: EVERYONE,
  readTaskGraph: READERS,
  readTaskHistory: READERS,
  readTaskEvents: READERS,
  readTaskLog: READERS,
  readEvents: READERS,
  listQuestions: READERS,
  readQuestion: READERS,
  listAgents: READERS,
  listPipelines: READERS,
  readRun: READERS,
  listProjects: READERS,
  readProject: READERS,
  listTriggers: READERS,
  listDeliveries: READERS,
  readQueue: EVERYONE,
  listBudgets: READERS,
  readUsage: READERS,

  scheduleTasks: OPERATORS,
  cancelTask: OPERATORS,
  retryTask: OPERATORS,
  pauseTask: OPERATORS,
  resumeTask: OPERATORS,
  answerQuestion: OPERATORS,
  sendSignal: OPERATORS,
  startRun: OPERATORS,
  cancelRun: OPERATORS,
  replaceProject: OPERATORS,
  changeProject: OPERATORS,
  publishEvent: OPERATORS,
  holdOrg: OPERATORS,
  releaseOrg: OPERATORS,
  holdAgent: OPERATORS,
  releaseAgent: OPERATORS,

  topUpBudget: ADMINS,
  listTokens: ADMINS,
  createToken: ADMINS,
  createSignInCode: ADMINS,
  revokeToken: ADMINS,
  readAudit: ADMINS,

  claimTasks: WORKERS,
  startTask: WORKERS,
  heartbeat: WORKERS,
  appendLog: WORKERS,
  appendEvents: WORKERS,
  askQuestion: WORKERS,
  scheduleSubTasks: WORKERS,
  completeTasks: WORKERS,
  callTools: WORKERS,
} satisfies Record<string, readonly Role[]>;

/** Id of an operation of the API that needs a token. */
export type Operation = keyof typeof ACCESS;

/** What changes nothing that anybody decides: the audit log leaves it out. */
export const UNRECORDED: ReadonlySet<string> = new Set<Operation>(['startTask', 'heartbeat', 'appendLog', 'appendEvents']);

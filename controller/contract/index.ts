export type { AgentConfig, MemoryConfig, ModelConfig, ModelRole, PersonaConfig, ToolConfig } from './config.ts';
export {
  DISPATCHER,
  HOOK_SECRETS,
  JOB_ANNOTATIONS,
  JOB_LABELS,
  PATHS,
  PORTS,
  QUEUE_FIELD,
  QUEUE_TOKEN,
  RUN_ANNOTATIONS,
  TASK_VARIABLE,
  TOKEN,
  queueUrl,
} from './environment.ts';
export { JOB_RIGHTS, REVIEW_RIGHTS, type RightsRule } from './rights.ts';
export { TaskRefusal, TaskSocket } from './task-socket.ts';
export { bridgeCommand, brokerCommand, type BrokeredHost, guardCommand, type GuardedServer, installCommand } from './tool-commands.ts';
export { CONTRACT_VERSION } from './wire/version.ts';
export { probeCommand, runCommand, seedCommand } from './worker-commands.ts';

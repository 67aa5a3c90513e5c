export type { AgentConfig, MemoryConfig, ModelConfig, ModelRole, PersonaConfig, ToolConfig } from './config.ts';
export { DISPATCHER, JOB_ANNOTATIONS, PATHS, PORTS, QUEUE_FIELD, RUN_ANNOTATIONS, TOKEN, queueUrl } from './environment.ts';
export { bridgeCommand, brokerCommand, type BrokeredHost, guardCommand, type GuardedServer, installCommand } from './tool-commands.ts';
export { CONTRACT_VERSION } from './wire/version.ts';
export { probeCommand, runCommand, seedCommand } from './worker-commands.ts';

export { Agent, type AgentModels, type AgentProps, type RateLimit } from './agent.ts';
export { ApiAccess, type ApiAccessOptions, type ApiVerb } from './api-access.ts';
export { Budget, type BudgetPeriod } from './budget.ts';
export type { Escalation } from './escalation.ts';
export { type Cidr, containsCidr, parseCidr } from './cidr.ts';
export { isClusterKind } from './cluster-kinds.ts';
export { type CloudNativePgOptions, DispatcherDatabase, type PostgresServer } from './dispatcher-database.ts';
export { DISPATCHER_RIGHTS } from './dispatcher-rights.ts';
export { Dispatcher, type DispatcherProps, hookSecretName } from './dispatcher.ts';
export { Editor } from './editor.ts';
export {
  Egress,
  type EgressDepth,
  type EgressGrant,
  type EgressOptions,
  EgressPolicy,
  type EgressPolicyProps,
  type HostEgressOptions,
  type HttpMethod,
  type PlainHttpEgressOptions,
} from './egress.ts';
export { type Engine, ENGINE_LABEL } from './engine.ts';
export { isReservedEnvName, toEnvName } from './env-names.ts';
export type {
  ApiServer,
  ClusterProfile,
  Delivery,
  EgressBackend,
  Environment,
  HostSnapshot,
  IngressProfile,
  OidcProfile,
  Operator,
  OrgValues,
  PodPeer,
  QuotaValues,
  RegisteredTool,
  SecretsProfile,
  StorageProfile,
} from './environment.ts';
export { describeProblem, type ErrorCode, FleetwrightError, InvalidPropsError, InvalidValueError, type Problem } from './errors.ts';
export { Exposure, type SignedInOptions } from './exposure.ts';
export { Fleet } from './fleet.ts';
export { Guardrail } from './guardrail.ts';
export type { Manifest, ObjectMeta } from './manifest.ts';
export {
  type HostedServer,
  type McpHttpOptions,
  type McpImageOptions,
  type McpNpmOptions,
  type McpRemoteOptions,
  McpServer,
  type RemoteServer,
  type SecretHeader,
} from './mcp-server.ts';
export { Memory, type MemoryBucket, type MemoryProps, type MemoryServer, MemoryStore } from './memory.ts';
export {
  type AzureDeploymentOptions,
  type CompatibleDeploymentOptions,
  ModelDeployment,
  type ModelDeploymentOptions,
  type ModelPrice,
  type ModelProvider,
} from './model-deployment.ts';
export { ModelGateway, type ModelGatewayProps } from './model-gateway.ts';
export { Model, ModelCache, type ModelCacheOptions, type ModelProps } from './model.ts';
export { nearest } from './nearest.ts';
export { findNameProblems, isHostName } from './names.ts';
export { Org, type OrgProps, type Quota } from './org.ts';
export { OrgPart } from './part.ts';
export { Persona, type PersonaProps } from './persona.ts';
export {
  isPipeline,
  Pipeline,
  type PipelineProps,
  type PipelineStep,
  type StepApproval,
  type StepOnFailure,
  type SubTaskLimits,
} from './pipeline.ts';
export { Probe, type ProbeOptions, type Probes } from './probe.ts';
export { type CpuScalingOptions, Replicas } from './replicas.ts';
export type { Resources } from './resources.ts';
export {
  type JobOptions,
  type PoolOptions,
  Run,
  type RunMode,
  type SandboxOptions,
  type ScheduleOptions,
  type ServiceOptions,
  type WhileRunning,
} from './run.ts';
export {
  type Isolation,
  type LifecycleHooks,
  type ModelDialect,
  type ReferenceOptions,
  type RuntimeOptions,
  type ShellOptions,
  WorkerRuntime,
} from './runtime.ts';
export { BrokeredSecret, type BrokeredSecretProps, Secret, type SecretSource } from './secret.ts';
export { type RegisteredServer, ToolRegistry } from './tool-registry.ts';
export {
  type CommonToolProps,
  type HostedToolProps,
  type RemoteToolProps,
  Tool,
  ToolPlacement,
  type ToolProps,
  type ToolServiceOptions,
  type ToolSidecarOptions,
  type ToolTrait,
} from './tool.ts';
export { isShared, share, shareFor } from './shared.ts';
export { anyOf, GappedText, StandIns } from './stand-ins.ts';
export {
  type CloudEventTriggerProps,
  type CronTriggerProps,
  type EventTriggerProps,
  type GithubTriggerProps,
  Trigger,
  type TriggerProps,
  type TriggerSource,
  type WebhookTriggerProps,
} from './trigger.ts';
export { Cpu, Duration, Size, Usd, usd } from './units.ts';
export { Workspace, type WorkspaceVolumeOptions } from './workspace.ts';
export { SPECIAL_RANGES } from './special-ranges.ts';

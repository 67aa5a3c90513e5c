import { PATHS, PORTS, runCommand } from '../../controller/contract/index.ts';
import {
  Size,
  type LifecycleHooks,
  type Resources,
  type Secret,
  share,
  shareFor,
  type WorkerRuntime,
  type Workspace,
} from '../../constructs/index.ts';
import { agentEnv } from './agent-env.ts';
import type { AgentPlace } from './agent-place.ts';
import { API_TOKEN_MOUNT, DISPATCHER_TOKEN_MOUNT } from './api-access.ts';
import { CONTAINER_SECURITY, type EnvVar, imageOf, literal, renderProbes, renderResources } from '../pod.ts';
import { type VolumeMount, secretMount } from '../secret/secret-files.ts';
import { WORKER_MOUNT } from '../worker.ts';
import { WORKSPACE_MOUNT } from './workspace.ts';

/** Name of the container in which an agent works. */
export const AGENT_CONTAINER = 'agent';

const HOME_MOUNT: VolumeMount = share({ mountPath: PATHS.home, name: 'home' });
const TMP_MOUNT: VolumeMount = share({ mountPath: PATHS.tmp, name: 'tmp' });
const CONFIG_MOUNT: VolumeMount = share({ mountPath: PATHS.config, name: 'config', readOnly: true });

/** The folders that an agent may write to besides its workspace. */
export const SCRATCH_MOUNTS: readonly VolumeMount[] = [HOME_MOUNT, TMP_MOUNT];

/** The port that the worker of an agent serves. */
const WORKER_PORT = share([{ containerPort: PORTS.worker, name: 'http' }]);

/** What the agent's container and the init container that prepares it have in common. */
export interface AgentSurroundings {
  readonly env: readonly EnvVar[];
  readonly image: string;
  readonly resources: object;
  readonly securityContext: object;
  readonly volumeMounts: readonly VolumeMount[];
  readonly workingDir: string;
}

/** Image, variables and folders of an agent. */
export function surroundingsOf(place: AgentPlace): AgentSurroundings {
  const { runtime, workspace } = place.agent;
  return {
    env: agentEnv(place),
    image: imageOf(place.environment, runtime.image),
    resources: renderResources(withScratch(runtime.resources, workspace)),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mountsOf(place),
    workingDir: workspace === undefined ? PATHS.home : PATHS.workspace,
  };
}

/** A workspace that goes with the pod counts as the container's scratch space, so it comes on top of what the runtime asks for. */
function withScratch(resources: Resources, workspace: Workspace | undefined): Resources {
  if (workspace === undefined || workspace.persistent) return resources;
  const total = resources.ephemeralStorage.toMebibytes() + workspace.size.toMebibytes();
  return { ...resources, ephemeralStorage: Size.mebibytes(total) };
}

/** The container in which the agent works: the worker, which starts the runtime's program. */
export function agentContainer(runtime: WorkerRuntime, surroundings: AgentSurroundings): object {
  return {
    command: workerCommand(runtime),
    env: surroundings.env,
    image: surroundings.image,
    lifecycle: renderHooks(runtime.hooks),
    ...renderProbes(runtime.probes, runtime.isProbedByWorker ? PORTS.health : PORTS.worker),
    name: AGENT_CONTAINER,
    ports: WORKER_PORT,
    resources: surroundings.resources,
    securityContext: surroundings.securityContext,
    volumeMounts: surroundings.volumeMounts,
    workingDir: surroundings.workingDir,
  };
}

const workerCommand = shareFor(({ adapter, command, gracePeriod }: WorkerRuntime) =>
  runCommand(adapter, command, gracePeriod.toSeconds()).map(literal),
);

/** The init container that runs the runtime's setup commands, one after the other until one fails. */
export function setupContainer({ setup }: WorkerRuntime, surroundings: AgentSurroundings): object {
  return { command: ['sh', '-ec', literal(setup.join('\n'))], name: 'setup', ...surroundings };
}

/** Each secret that the agent's container mounts, once. */
export function secretsOf({ agent: { memory, secrets } }: AgentPlace): readonly Secret[] {
  return memory === undefined ? secrets : [...new Set([...secrets, memory.store.secret])];
}

function mountsOf(place: AgentPlace): VolumeMount[] {
  const { agent, dispatched } = place;
  const mounts = [CONFIG_MOUNT, HOME_MOUNT, TMP_MOUNT, WORKER_MOUNT];
  if (agent.workspace !== undefined) mounts.push(WORKSPACE_MOUNT);
  if (agent.apiAccess.length > 0) mounts.push(API_TOKEN_MOUNT);
  if (dispatched) mounts.push(DISPATCHER_TOKEN_MOUNT);
  for (const secret of secretsOf(place)) mounts.push(secretMount(secret));
  return mounts;
}

/** As they are: in hooks Kubernetes replaces nothing, so nothing is escaped. */
function renderHooks({ postStart, preStop }: LifecycleHooks): object | undefined {
  if (postStart === undefined && preStop === undefined) return undefined;
  return { postStart: postStart && { exec: { command: postStart } }, preStop: preStop && { exec: { command: preStop } } };
}

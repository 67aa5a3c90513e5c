import { RUN_ANNOTATIONS } from '../../controller/contract/index.ts';
import { type ObjectMeta, type Resources, shareFor } from '../../constructs/index.ts';
import { AGENT_CONTAINER, SCRATCH_MOUNTS, agentContainer, secretsOf, setupContainer, surroundingsOf } from './agent-container.ts';
import { reachLabels } from './agent-network.ts';
import type { AgentPlace } from './agent-place.ts';
import { API_TOKEN_VOLUME, DISPATCHER_TOKEN_VOLUME } from './api-access.ts';
import { editorContainer } from './editor.ts';
import { hasSignIn, signInContainer, signInVolume } from './exposure.ts';
import { POD_DEFAULTS, toQuantity } from '../pod.ts';
import { type Volume, secretVolume } from '../secret/secret-files.ts';
import { type ToolContainers, toolContainers } from '../tool/tool-container.ts';
import { WORKER_VOLUME, installWorker } from '../worker.ts';
import { WORKSPACE_MOUNT, seedContainer, seedVolume, workspaceVolume } from './workspace.ts';

/** A pod as workloads describe it. */
export interface PodTemplate {
  readonly metadata: Pick<ObjectMeta, 'annotations' | 'labels'>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What differs by run mode. */
export interface PodOptions {
  /** Digest of the agent's configuration: pods are replaced when it changes. */
  readonly configDigest: string;

  /**
   * Fields of the pod spec that come on top: what happens when the agent ends, and where it is scheduled.
   *
   * @default those of a pod that always runs
   */
  readonly spec?: Readonly<Record<string, unknown>>;

  /**
   * Whether something else puts the volume `workspace` into the pod.
   *
   * @default false
   */
  readonly foreignWorkspace?: boolean;
}

/**
 * The pod of an agent. Its init containers bring the worker, fill the workspace and run the setup commands; then the sidecars
 * start, and when all are ready the agent.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function agentPod(place: AgentPlace, { configDigest, spec, foreignWorkspace = false }: PodOptions): PodTemplate {
  const { agent, environment, owner, mode } = place;
  const { runtime } = agent;
  const surroundings = surroundingsOf(place);
  const sidecars = place.tools.flatMap((placed) => sidecarOf(place, placed));
  return {
    metadata: {
      annotations: { 'fleetwright.dev/config': configDigest, 'kubectl.kubernetes.io/default-container': AGENT_CONTAINER },
      labels: { ...owner.labels, ...reachLabels(place) },
    },
    spec: {
      ...POD_DEFAULTS,
      containers: [agentContainer(runtime, surroundings)],
      initContainers: [
        installWorker(environment),
        ...(hasSeed(place) ? [seedContainer(environment)] : []),
        ...(runtime.setup.length > 0 ? [setupContainer(runtime, surroundings)] : []),
        ...sidecars.flatMap(({ containers }) => containers),
        ...(runtime.editor === undefined ? [] : [editorContainer(runtime.editor, environment, SCRATCH_MOUNTS)]),
        ...(hasSignIn(place) ? [signInContainer(place)] : []),
      ],
      runtimeClassName: runtime.isolation === 'runc' ? undefined : environment.cluster.runtimeClasses[runtime.isolation],
      serviceAccountName: agent.name,
      terminationGracePeriodSeconds: runtime.gracePeriod.toSeconds(),
      volumes: uniqueByName([
        configVolume(agent.name, mode.kind === 'job'),
        ...ownVolumes(place, foreignWorkspace),
        ...sidecars.flatMap(({ volumes }) => volumes),
      ]),
      ...spec,
    },
  };
}

/** Whether files are put into the agent's workspace. */
export function hasSeed({ agent: { workspace } }: AgentPlace): boolean {
  return workspace !== undefined && Object.keys(workspace.initialFiles).length > 0;
}

function sidecarOf({ credentials, proxied }: AgentPlace, { tool, sidecarPort }: AgentPlace['tools'][number]): ToolContainers[] {
  const { at } = tool.placement;
  if (sidecarPort === undefined || at.kind !== 'sidecar') return [];
  return [
    toolContainers(tool, {
      credentials: proxied && tool.egress.length > 0 ? credentials : undefined,
      port: sidecarPort,
      workspace: at.workspace ? WORKSPACE_MOUNT : undefined,
    }),
  ];
}

function ownVolumes(place: AgentPlace, foreignWorkspace: boolean): Volume[] {
  const { agent, dispatched } = place;
  const { runtime, workspace } = agent;
  const volumes: Volume[] = [...scratchVolumes(runtime.resources), WORKER_VOLUME];
  if (workspace !== undefined && !foreignWorkspace) volumes.push(workspaceVolume(workspace, agent.name));
  if (workspace !== undefined && hasSeed(place)) volumes.push(seedVolume(workspace, agent.name));
  if (agent.apiAccess.length > 0) volumes.push(API_TOKEN_VOLUME);
  if (dispatched) volumes.push(DISPATCHER_TOKEN_VOLUME);
  if (hasSignIn(place)) volumes.push(signInVolume(place));
  for (const secret of secretsOf(place)) volumes.push(secretVolume(secret));
  return volumes;
}

const scratchVolumes = shareFor(({ ephemeralStorage }: Resources): readonly Volume[] => {
  const emptyDir = { sizeLimit: toQuantity(ephemeralStorage) };
  return SCRATCH_MOUNTS.map(({ name }) => ({ emptyDir, name }));
});

/** What `/etc/agent` holds; for a Job also the event that the dispatcher made it for. */
function configVolume(name: string, withEvent: boolean): Volume {
  if (!withEvent) return { configMap: { name }, name: 'config' };
  const event = { fieldRef: { fieldPath: `metadata.annotations['${RUN_ANNOTATIONS.event}']` }, path: 'event.json' };
  return { name: 'config', projected: { sources: [{ configMap: { name } }, { downwardAPI: { items: [event] } }] } };
}

/** The agent and its sidecars may share a secret, which the pod needs once. */
function uniqueByName(volumes: readonly Volume[]): Volume[] {
  return [...new Map(volumes.map((volume) => [volume.name, volume])).values()];
}

import { bridgeCommand, PATHS } from '../../controller/contract/index.ts';
import { Duration, type HostedServer, Probe, type Probes, share, type Tool } from '../../constructs/index.ts';
import { proxyEnv } from '../egress/egress-client.ts';
import { guardContainer } from './guard-container.ts';
import { CONTAINER_SECURITY, type EnvVar, imageOf, literal, renderProbes, renderResources, toEnv, toQuantity } from '../pod.ts';
import { secretMount, secretVolume, type Volume, type VolumeMount } from '../secret/secret-files.ts';
import { WORKER_MOUNT } from '../worker.ts';

/** How a hosted tool stands in a pod. */
export interface ToolContainerOptions {
  /** The port that callers use. A server behind a guard listens on the next one. */
  readonly port: number;

  /** The Secret with the proxy's URL; left out when the pod has no way out through the proxy. */
  readonly credentials?: string | undefined;

  /** Where it sees the agent's workspace, which is also where it starts; left out when it does not. */
  readonly workspace?: VolumeMount | undefined;
}

/** What a hosted tool adds to a pod. */
export interface ToolContainers {
  /** In the order in which they start. Those of a sidecar go among the init containers. */
  readonly containers: readonly object[];
  readonly volumes: readonly Volume[];
  /** Whether the pod needs `WORKER_VOLUME` and, before these containers, `installWorker`. */
  readonly needsWorker: boolean;
}

/** What a stdio server's image starts when no command is given: a bridge cannot see what the image's own command is. */
const STDIO_COMMAND: readonly string[] = ['mcp-server'];

const STARTUP = Probe.tcp({ failures: 60, period: Duration.seconds(2) });

/** The path of the tool's endpoint at the port that callers use: the server's own, or that of a bridge or guard before it. */
export function toolPath({ server: { origin }, allow }: Tool): string {
  return origin.kind === 'http' && allow === undefined ? origin.path : '/mcp';
}

/**
 * The containers and volumes of a tool whose server is hosted; none for a remote one, which has nothing to host. A bridge checks
 * the allow-list itself; a server that speaks HTTP needs a guard for it.
 */
export function toolContainers(tool: Tool, options: ToolContainerOptions): ToolContainers {
  const { credentials, port, workspace } = options;
  if (credentials !== undefined) return containersOf(tool, options);
  let byPlace = rendered.get(tool);
  if (byPlace === undefined) rendered.set(tool, (byPlace = new Map<string, ToolContainers>()));
  const place = `${port}${workspace?.mountPath ?? ''}`;
  let known = byPlace.get(place);
  if (known === undefined) byPlace.set(place, (known = shareAll(containersOf(tool, options))));
  return known;
}

/** What was rendered of a tool that stands in the pods of many agents. One with credentials stands in the pods of one. */
const rendered = new WeakMap<Tool, Map<string, ToolContainers>>();

function shareAll(pieces: ToolContainers): ToolContainers {
  for (const piece of [...pieces.containers, ...pieces.volumes]) share(piece);
  return pieces;
}

function containersOf(tool: Tool, options: ToolContainerOptions): ToolContainers {
  const { origin } = tool.server;
  if (origin.kind === 'remote') return { containers: [], needsWorker: false, volumes: [] };
  const isUnguarded = origin.kind === 'stdio' || tool.allow === undefined;
  return {
    containers: isUnguarded ? [serverContainer(tool, origin, options)] : guardedServer(tool, origin, options),
    needsWorker: origin.kind === 'stdio',
    volumes: [scratchVolume(tool), ...tool.secrets.map(secretVolume)],
  };
}

/** Callers are let through to the guard's port only. */
function guardedServer(tool: Tool, origin: HostedServer & { kind: 'http' }, options: ToolContainerOptions): object[] {
  const port = options.port + 1;
  const guard = guardContainer(tool, { port: options.port, upstream: `http://127.0.0.1:${port}${origin.path}` });
  return [serverContainer(tool, origin, { ...options, port }), guard];
}

function serverContainer(tool: Tool, origin: HostedServer, { port, credentials, workspace }: ToolContainerOptions): object {
  // Beside an agent it starts before the agent, and ends after it.
  const isSidecar = tool.placement.at.kind === 'sidecar';
  return {
    command: commandOf(tool, origin, port),
    env: toolEnv(tool, origin, { port, credentials }),
    image: imageOf(tool.org.fleet.environment, origin.image),
    ...renderProbes(isSidecar ? awaited(tool.probes) : tool.probes, port),
    name: `tool-${tool.name}`,
    ports: [{ containerPort: port }],
    resources: renderResources(tool.resources),
    restartPolicy: isSidecar ? 'Always' : undefined,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { mountPath: PATHS.tmp, name: scratchName(tool) },
      ...(origin.kind === 'stdio' ? [WORKER_MOUNT] : []),
      ...(workspace === undefined ? [] : [workspace]),
      ...tool.secrets.map(secretMount),
    ],
    workingDir: workspace?.mountPath,
  };
}

/** A sidecar without a start-up probe counts as started at once, and the agent would start before it. */
function awaited(probes: Probes): Probes {
  return { ...probes, startup: probes.startup ?? STARTUP };
}

/** An HTTP server's image may bring its own command: then none is set. */
function commandOf({ allow }: Tool, { kind, command }: HostedServer, port: number): string[] | undefined {
  if (kind === 'stdio') return bridgeCommand(port, allow, command.length === 0 ? STDIO_COMMAND : command).map(literal);
  return command.length === 0 ? undefined : command.map(literal);
}

function toolEnv({ env }: Tool, origin: HostedServer, { port, credentials }: { port: number; credentials: string | undefined }): EnvVar[] {
  const own = { HOME: PATHS.tmp, ...env, ...(origin.kind === 'http' ? { [origin.portVariable]: String(port) } : {}) };
  return [...toEnv(own), ...(credentials === undefined ? [] : proxyEnv(credentials))];
}

function scratchName({ name }: Tool): string {
  return `tmp-${name}`;
}

function scratchVolume(tool: Tool): Volume {
  return { emptyDir: { sizeLimit: toQuantity(tool.resources.ephemeralStorage) }, name: scratchName(tool) };
}

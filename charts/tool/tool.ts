import { PORTS } from '../../controller/contract/index.ts';
import type { Environment, Manifest, RemoteServer, Tool } from '../../constructs/index.ts';
import { renderCredentials } from '../secret/credentials.ts';
import { credentialsName, usesProxy } from '../egress/egress-client.ts';
import { toolIntents } from '../egress/egress-intents.ts';
import { guardContainer } from './guard-container.ts';
import { type Labels, ownerOf, selectorOf, WAVES } from '../manifest.ts';
import { renderPartEgress } from '../egress/part-egress.ts';
import { POD_DEFAULTS } from '../pod.ts';
import { secretVolume } from '../secret/secret-files.ts';
import { renderServer } from './server.ts';
import { toolContainers } from './tool-container.ts';
import { installWorker, WORKER_VOLUME } from '../worker.ts';

/** The annotation that says what a tool brings into an agent's hands. */
const TRAITS_NOTE = 'fleetwright.dev/traits';

/**
 * A tool that its agents share: its server, or the guard before a remote one. Nothing for a sidecar, which stands in the
 * pods of its agents.
 */
export function renderTool(tool: Tool): Manifest[] {
  const { name, org, server, placement } = tool;
  if (placement.at.kind === 'sidecar') return [];
  const { environment } = org.fleet;
  const intents = toolIntents(tool);
  const credentials = usesProxy(environment, intents) ? credentialsName(name) : undefined;
  const owner = ownerOf('tool', name, org.name, WAVES.tools);
  const { origin } = server;
  return renderServer({
    annotations: traitsNote(tool),
    component: 'tool',
    credentials: renderCredentials(owner, name, { egress: credentials !== undefined, gateway: false }, environment),
    egress: renderPartEgress({ environment, intents, name, owner, pods: selectorOf('tool', name) }),
    name,
    owner,
    podSpec: {
      ...POD_DEFAULTS,
      ...(origin.kind === 'remote' ? guardPod(tool, origin, credentials) : serverPod(tool, environment, credentials)),
      serviceAccountName: name,
    },
    replicas: placement.at.replicas,
  });
}

function traitsNote({ traits }: Tool): Labels | undefined {
  return traits.length === 0 ? undefined : { [TRAITS_NOTE]: traits.join(',') };
}

function guardPod(tool: Tool, { host, path, headers }: RemoteServer, credentials: string | undefined): object {
  const secrets = [...new Set(headers.map(({ value }) => value))];
  const guard = guardContainer(tool, { credentials, headers, port: PORTS.worker, upstream: `https://${host}${path}` });
  return { containers: [guard], volumes: secrets.length === 0 ? undefined : secrets.map(secretVolume) };
}

function serverPod(tool: Tool, environment: Environment, credentials: string | undefined): object {
  const { containers, volumes, needsWorker } = toolContainers(tool, { credentials, port: PORTS.worker });
  return {
    containers,
    initContainers: needsWorker ? [installWorker(environment)] : undefined,
    volumes: needsWorker ? [...volumes, WORKER_VOLUME] : volumes,
  };
}

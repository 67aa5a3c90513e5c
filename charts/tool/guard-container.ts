import { guardCommand } from '../../controller/contract/index.ts';
import { Cpu, Duration, Probe, type Resources, type SecretHeader, Size, type Tool } from '../../constructs/index.ts';
import { proxyEnv } from '../egress/egress-client.ts';
import { CONTAINER_SECURITY, imageOf, literal, renderProbes, renderResources } from '../pod.ts';
import { secretFile, secretMount } from '../secret/secret-files.ts';
import { WORKER_IMAGE } from '../worker.ts';

/** What a guard stands before. */
export interface GuardOptions {
  /** The port that callers use. */
  readonly port: number;
  /** URL of the server behind it. */
  readonly upstream: string;
  /** Headers that are added to what it sends on. */
  readonly headers?: readonly SecretHeader[];
  /** The Secret with the proxy's URL, where the server behind it is reached through the proxy. */
  readonly credentials?: string | undefined;
}

const RESOURCES: Resources = { cpu: Cpu.millis(20), memory: Size.mebibytes(64), ephemeralStorage: Size.mebibytes(16) };
const RENDERED_RESOURCES = renderResources(RESOURCES);
const PROBES = { liveness: Probe.tcp(), readiness: Probe.tcp(), startup: Probe.tcp({ failures: 60, period: Duration.seconds(1) }) };

/** The container of the worker that lets through only the calls on a tool's allow-list. It serves `/mcp`. */
export function guardContainer({ name, allow, org }: Tool, { port, upstream, headers = [], credentials }: GuardOptions): object {
  const files = headers.map((header) => [header.name, secretFile(header.value)] as const);
  const secrets = [...new Set(headers.map(({ value }) => value))];
  return {
    command: guardCommand({ allow, headers: files, port, upstream }).map(literal),
    env: credentials === undefined ? undefined : proxyEnv(credentials),
    image: imageOf(org.fleet.environment, WORKER_IMAGE),
    ...renderProbes(PROBES, port),
    name: `guard-${name}`,
    ports: [{ containerPort: port }],
    resources: RENDERED_RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: secrets.length === 0 ? undefined : secrets.map(secretMount),
  };
}

import {
  type Environment,
  FleetwrightError,
  type Probe,
  type Probes,
  type Resources,
  type Size,
  share,
  shareFor,
} from '../constructs/index.ts';

/** The user and group of every container; above the range that images and nodes use for people and daemons. */
const POD_UID = 10_001;

/**
 * What Pod Security *restricted* asks of a pod, and a group that owns its volumes.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
const POD_SECURITY = share({
  fsGroup: POD_UID,
  fsGroupChangePolicy: 'OnRootMismatch',
  runAsGroup: POD_UID,
  runAsNonRoot: true,
  runAsUser: POD_UID,
  seccompProfile: { type: 'RuntimeDefault' },
});

/** What Pod Security *restricted* asks of a container, and a root file system that cannot be written. */
export const CONTAINER_SECURITY = share({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
});

/** Fields that every pod spec of ours begins with. */
export const POD_DEFAULTS = Object.freeze({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: POD_SECURITY,
});

/** One environment variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly key: string; readonly name: string };
    readonly fieldRef?: { readonly fieldPath: string };
    readonly secretKeyRef?: { readonly key: string; readonly name: string };
  };
}

/** The locked reference of an image. That it is locked was judged before. */
export function imageOf(environment: Environment, name: string): string {
  const reference = environment.images[name];
  if (reference === undefined) {
    const fix = `add it under 'images' in environments/${environment.name}.yaml`;
    throw new FleetwrightError('FW_ENVIRONMENT_INVALID', `image '${name}' is not locked in environment '${environment.name}': ${fix}`);
  }
  return reference;
}

/**
 * A text that Kubernetes hands to the container as it is. Unescaped, `$(NAME)` in a command, an argument or a variable is replaced,
 * and `$$` becomes `$`. Hooks of a container's life are the exception: there Kubernetes replaces nothing.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literal(text: string): string {
  return text.includes('$(') || text.includes('$$') ? text.replaceAll('$', '$$$$') : text;
}

/** Variables with literal values, in the order of their names. */
export function toEnv(values: Readonly<Record<string, string>>): EnvVar[] {
  return Object.keys(values)
    .sort()
    .map((name) => ({ name, value: literal(values[name] ?? '') }));
}

const sharedVars = new Map<string, Map<string, EnvVar>>();

/** A variable that has the same value in many pods. */
export function sharedVar(name: string, value: string): EnvVar {
  let byValue = sharedVars.get(name);
  if (byValue === undefined) sharedVars.set(name, (byValue = new Map<string, EnvVar>()));
  let variable = byValue.get(value);
  if (variable === undefined) byValue.set(value, (variable = share({ name, value })));
  return variable;
}

/** A variable whose value is a key of a Secret. */
export function secretEnv(name: string, secretName: string, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { key, name: secretName } } };
}

/** A size as Kubernetes writes it: `512Mi`. */
export function toQuantity(size: Size): string {
  const mebibytes = size.toMebibytes();
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** `resources` of a container. */
export const renderResources = shareFor(({ cpu, cpuLimit, memory, ephemeralStorage }: Resources): object => {
  const fixed = { 'ephemeral-storage': toQuantity(ephemeralStorage), memory: toQuantity(memory) };
  return {
    limits: { cpu: cpuLimit?.toString() ?? cpuText(cpu.milliCores * 4), ...fixed },
    requests: { cpu: cpu.toString(), ...fixed },
  };
});

function cpuText(milliCores: number): string {
  return milliCores % 1000 === 0 ? String(milliCores / 1000) : `${milliCores}m`;
}

/** The probe fields of a container that serves on `port`. */
export function renderProbes(probes: Probes, port: number): { livenessProbe?: object; readinessProbe?: object; startupProbe?: object } {
  return {
    livenessProbe: probes.liveness && renderProbe(probes.liveness, port),
    readinessProbe: probes.readiness && renderProbe(probes.readiness, port),
    startupProbe: probes.startup && renderProbe(probes.startup, port),
  };
}

const probes = new WeakMap<Probe, Map<number, object>>();

function renderProbe(probe: Probe, port: number): object {
  let byPort = probes.get(probe);
  if (byPort === undefined) probes.set(probe, (byPort = new Map<number, object>()));
  let fields = byPort.get(port);
  if (fields === undefined) byPort.set(port, (fields = share(probeAt(probe, port))));
  return fields;
}

function probeAt({ kind, path, command, period, timeout, failures }: Probe, port: number): object {
  return {
    exec: kind === 'command' ? { command: command?.map(literal) } : undefined,
    failureThreshold: failures,
    httpGet: kind === 'http' ? { path, port } : undefined,
    periodSeconds: period.toSeconds(),
    tcpSocket: kind === 'tcp' ? { port } : undefined,
    timeoutSeconds: timeout.toSeconds(),
  };
}

import type { Manifest } from '../constructs/index.ts';

/** What tests look at in a container. */
export interface TestContainer {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly image: string;
  readonly lifecycle?: unknown;
  readonly livenessProbe?: unknown;
  readonly name: string;
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly readinessProbe?: unknown;
  readonly resources: { readonly limits: Readonly<Record<string, string>>; readonly requests: Readonly<Record<string, string>> };
  readonly restartPolicy?: string;
  readonly securityContext: unknown;
  readonly startupProbe?: unknown;
  readonly volumeMounts?: readonly { readonly mountPath: string; readonly name: string; readonly readOnly?: boolean }[];
  readonly workingDir?: string;
}

/** What tests look at in a pod. */
export interface TestPod {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>>; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly [field: string]: unknown;
    readonly containers: readonly TestContainer[];
    readonly initContainers: readonly TestContainer[];
    readonly volumes: readonly { readonly [source: string]: unknown; readonly name: string }[];
  };
}

/** The only object of a kind. Throws when there is none or another. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || others.length > 0) {
    throw new Error(`${others.length + (found ? 1 : 0)} of kind ${kind} among ${manifests.map((manifest) => manifest.kind).join(', ')}`);
  }
  return found;
}

/** A value deep inside an object, by field names and indexes: `dig(deployment, 'spec', 'replicas')`. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Readonly<Record<string | number, unknown>> | undefined)?.[step], value);
}

const POD_PATHS: readonly (readonly string[])[] = [
  ['template'],
  ['spec', 'template'],
  ['spec', 'podTemplate'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

/** The pod that the first workload among the objects runs. */
export function podOf(manifests: readonly Manifest[]): TestPod {
  for (const manifest of manifests) {
    for (const path of POD_PATHS) {
      const pod = dig(manifest, ...path);
      if (dig(pod, 'spec', 'containers') !== undefined) return pod as TestPod;
    }
  }
  throw new Error(`no pod among ${manifests.map(({ kind }) => kind).join(', ')}`);
}

/** A container of a pod by its name, wherever it stands. */
export function containerOf({ spec }: TestPod, name: string): TestContainer {
  const found = [...spec.initContainers, ...spec.containers].find((container) => container.name === name);
  if (found === undefined) throw new Error(`no container '${name}'`);
  return found;
}

/** The variables of a container with literal values, as the container sees them. */
export function literalEnv({ env = [] }: TestContainer): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, expand(value)]])));
}

/** What the kubelet makes of a command, an argument or a variable, in a container whose variables all hold `REPLACED`. */
export function expand(text: string): string {
  return text.replaceAll(/\$(?:\$|\([^)]*\))/g, (match) => (match === '$$' ? '$' : 'REPLACED'));
}

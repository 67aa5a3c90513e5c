import { InvalidValueError } from './errors.ts';
import { Duration } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** How often a probe looks, and when it gives up. */
export interface ProbeOptions {
  /**
   * Time between two looks, in whole seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly period?: Duration;

  /**
   * How long one look may take, in whole seconds.
   *
   * @default Duration.seconds(2)
   */
  readonly timeout?: Duration;

  /**
   * How many looks in a row must fail.
   *
   * @default 3
   */
  readonly failures?: number;
}

const PROBE_OPTIONS: PropNames<ProbeOptions> = { period: true, timeout: true, failures: true };

/**
 * How the kubelet sees whether a container works.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export class Probe {
  readonly kind: 'http' | 'tcp' | 'command';
  /** The path of an HTTP probe. */
  readonly path: string | undefined;
  /** The program of a command probe and its arguments. */
  readonly command: readonly string[] | undefined;
  readonly period: Duration;
  readonly timeout: Duration;
  readonly failures: number;

  /** The container's port answers GET with a status below 400. */
  static http(path: string, options: ProbeOptions = {}): Probe {
    if (!/^\/[\w./~-]*$/.test(path))
      throw new InvalidValueError('Probe.http', { prop: 'path', must: "begin with '/' and hold no query", got: path });
    return new Probe('http', options, { path });
  }

  /** The container's port accepts a connection. */
  static tcp(options: ProbeOptions = {}): Probe {
    return new Probe('tcp', options, {});
  }

  /** A program in the container ends with 0. */
  static command(command: readonly string[], options: ProbeOptions = {}): Probe {
    if (command.length === 0) throw new InvalidValueError('Probe.command', { prop: 'command', must: 'name a program', got: command });
    return new Probe('command', options, { command: Object.freeze([...command]) });
  }

  private constructor(kind: Probe['kind'], options: ProbeOptions, target: { path?: string; command?: readonly string[] }) {
    refuseUnknownProps(`Probe.${kind}`, options, PROBE_OPTIONS);
    this.kind = kind;
    this.path = target.path;
    this.command = target.command;
    this.period = options.period ?? Duration.seconds(10);
    this.timeout = options.timeout ?? Duration.seconds(2);
    this.failures = options.failures ?? 3;
    refuseNonsense(this);
    Object.freeze(this);
  }
}

/** The probes of one container. */
export interface Probes {
  /** Holds the other two back, and the containers that start after this one, until the container has started. */
  readonly startup?: Probe;
  /** Whether requests may be sent to it. */
  readonly readiness?: Probe;
  /** Whether it must be restarted. */
  readonly liveness?: Probe;
}

/** The names of the probes of a container. */
export const PROBES: PropNames<Probes> = { startup: true, readiness: true, liveness: true };

function refuseNonsense({ period, timeout, failures }: Probe): void {
  for (const [prop, value] of Object.entries({ period, timeout })) {
    const seconds = value.toSeconds({ integral: false });
    if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) continue;
    throw new InvalidValueError('Probe', { prop, must: 'be whole seconds from 1 to 3600', got: value.toSeconds({ integral: false }) });
  }
  if (!Number.isInteger(failures) || failures < 1 || failures > 1000) {
    throw new InvalidValueError('Probe', { prop: 'failures', must: 'be a whole number from 1 to 1000', got: failures });
  }
}

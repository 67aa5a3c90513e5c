import { findChoiceProblems } from './choices.ts';
import { findCronProblems, findTimeZoneProblems } from './cron.ts';
import { InvalidValueError, refuseValue } from './errors.ts';
import { Exposure } from './exposure.ts';
import { findKindProblems } from './kinds.ts';
import { Replicas } from './replicas.ts';
import { Duration } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Options of `Run.service`. */
export interface ServiceOptions {
  /**
   * How many pods serve.
   *
   * @default Replicas.fixed(1)
   */
  readonly replicas?: Replicas;

  /**
   * Who may reach it from outside the cluster.
   *
   * @default nobody
   */
  readonly expose?: Exposure;
}

/** Options of `Run.pool`. */
export interface PoolOptions {
  /**
   * The fewest workers; 0 lets the pool sleep.
   *
   * @default 0
   */
  readonly min?: number;

  /** The most workers. */
  readonly max: number;

  /**
   * How many queued tasks one worker is expected to take on.
   *
   * @default 1
   */
  readonly tasksPerWorker?: number;
}

/** Options of `Run.job` and `Run.schedule`. */
export interface JobOptions {
  /**
   * When a run is stopped and counts as failed, in whole seconds.
   *
   * @default Duration.hours(1)
   */
  readonly deadline?: Duration;

  /**
   * How often a failed run is tried again; 0 to 10.
   *
   * @default 0
   */
  readonly retries?: number;

  /**
   * How long a finished run stays visible, in whole seconds.
   *
   * @default Duration.days(1)
   */
  readonly keepFinished?: Duration;
}

/** Options of `Run.schedule`. */
export interface ScheduleOptions extends JobOptions {
  /**
   * IANA time zone of the schedule.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * What happens when a run is due while the last one still works: nothing, a second run, or the last one is stopped.
   *
   * @default 'Forbid'
   */
  readonly whileRunning?: WhileRunning;

  /**
   * Whether the schedule rests.
   *
   * @default false
   */
  readonly suspended?: boolean;
}

/** Options of `Run.sandbox`. */
export interface SandboxOptions {
  /**
   * Sandboxes that are kept ready to be claimed.
   *
   * @default 0
   */
  readonly warm?: number;
}

const SERVICE_OPTIONS: PropNames<ServiceOptions> = { replicas: true, expose: true };
const POOL_OPTIONS: PropNames<PoolOptions> = { min: true, max: true, tasksPerWorker: true };
const JOB_OPTIONS: PropNames<JobOptions> = { deadline: true, retries: true, keepFinished: true };
const SCHEDULE_OPTIONS: PropNames<ScheduleOptions> = { ...JOB_OPTIONS, timeZone: true, whileRunning: true, suspended: true };
const SANDBOX_OPTIONS: PropNames<SandboxOptions> = { warm: true };

/** What may happen when a run is due while the last one still works. */
export const WHILE_RUNNING = ['Forbid', 'Allow', 'Replace'] as const;
/** What happens when a run is due while the last one still works. */
export type WhileRunning = (typeof WHILE_RUNNING)[number];

/** How an agent comes to run. */
export type RunMode =
  | { readonly kind: 'service'; readonly replicas: Replicas; readonly expose: Exposure | undefined }
  | { readonly kind: 'pool'; readonly min: number; readonly max: number; readonly tasksPerWorker: number }
  | ({ readonly kind: 'job' } & JobLimits)
  | ({ readonly kind: 'schedule'; readonly cron: string; readonly timeZone: string } & ScheduleBehaviour & JobLimits)
  | { readonly kind: 'sandbox'; readonly warm: number };

interface JobLimits {
  readonly deadline: Duration;
  readonly retries: number;
  readonly keepFinished: Duration;
}

interface ScheduleBehaviour {
  readonly whileRunning: WhileRunning;
  readonly suspended: boolean;
}

/** How an agent comes to run: always, from a queue, once per task, by the clock, or on demand in a sandbox. */
export class Run {
  readonly mode: RunMode;

  /** Always there: a Deployment with a Service. */
  static service(options: ServiceOptions = {}): Run {
    refuseUnknownProps('Run.service', options, SERVICE_OPTIONS);
    const { replicas = Replicas.fixed(1), expose } = options;
    refuseValue('Run.service', findKindProblems('replicas', replicas, Replicas));
    if (expose !== undefined) refuseValue('Run.service', findKindProblems('expose', expose, Exposure));
    return new Run({ kind: 'service', replicas, expose });
  }

  /** Workers that take tasks from the org's queue, as many as there is work for: KEDA counts it, or where there is none the dispatcher. */
  static pool(options: PoolOptions): Run {
    refuseUnknownProps('Run.pool', options, POOL_OPTIONS);
    const { min = 0, max, tasksPerWorker = 1 } = options;
    refuseCount('Run.pool', { min }, 0, 1000);
    refuseCount('Run.pool', { max }, Math.max(min, 1), 1000);
    refuseCount('Run.pool', { tasksPerWorker }, 1, 1000);
    return new Run({ kind: 'pool', min, max, tasksPerWorker });
  }

  /** One Job for each task, made by the dispatcher from a PodTemplate. */
  static job(options: JobOptions = {}): Run {
    refuseUnknownProps('Run.job', options, JOB_OPTIONS);
    return new Run({ kind: 'job', ...jobLimits('Run.job', options) });
  }

  /**
   * By the clock, in the five fields of cron: a CronJob.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
   */
  static schedule(cron: string, options: ScheduleOptions = {}): Run {
    refuseUnknownProps('Run.schedule', options, SCHEDULE_OPTIONS);
    refuseValue('Run.schedule', findCronProblems(cron));
    const { timeZone = 'Etc/UTC', whileRunning = 'Forbid', suspended = false } = options;
    refuseValue('Run.schedule', findTimeZoneProblems(timeZone));
    refuseValue('Run.schedule', findChoiceProblems('whileRunning', whileRunning, WHILE_RUNNING));
    refuseValue('Run.schedule', findChoiceProblems('suspended', suspended, [true, false]));
    return new Run({ kind: 'schedule', cron, timeZone, whileRunning, suspended, ...jobLimits('Run.schedule', options) });
  }

  /**
   * On demand, each in a sandbox of its own. Needs the agent-sandbox operator.
   *
   * @see https://agent-sandbox.sigs.k8s.io
   */
  static sandbox(options: SandboxOptions = {}): Run {
    refuseUnknownProps('Run.sandbox', options, SANDBOX_OPTIONS);
    const { warm = 0 } = options;
    refuseCount('Run.sandbox', { warm }, 0, 1000);
    return new Run({ kind: 'sandbox', warm });
  }

  private constructor(mode: RunMode) {
    this.mode = Object.freeze(mode);
    Object.freeze(this);
  }
}

function jobLimits(what: string, options: JobOptions): JobLimits {
  const { deadline = Duration.hours(1), retries = 0, keepFinished = Duration.days(1) } = options;
  refuseCount(what, { retries }, 0, 10);
  refuseCount(what, { 'deadline, in seconds,': deadline.toSeconds({ integral: false }) }, 1, 7 * 86_400);
  refuseCount(what, { 'keepFinished, in seconds,': keepFinished.toSeconds({ integral: false }) }, 0, 90 * 86_400);
  return { deadline, retries, keepFinished };
}

function refuseCount(what: string, named: Record<string, number>, least: number, most: number): void {
  for (const [prop, value] of Object.entries(named)) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new InvalidValueError(what, { prop, must: `be a whole number from ${least} to ${most}`, got: value });
  }
}

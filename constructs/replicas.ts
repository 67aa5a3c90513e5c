import { InvalidValueError } from './errors.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Options of `Replicas.onCpu`. */
export interface CpuScalingOptions {
  /** The fewest pods; at least 1. */
  readonly min: number;
  /** The most pods. */
  readonly max: number;

  /**
   * How busy the pods are kept, in percent of the CPU they request.
   *
   * @default 70
   */
  readonly targetPercent?: number;
}

const SCALING_OPTIONS: PropNames<CpuScalingOptions> = { min: true, max: true, targetPercent: true };

/** How many pods serve at a time. */
export class Replicas {
  readonly min: number;
  readonly max: number;
  /** Percent of the requested CPU; `undefined` when the number is fixed. */
  readonly targetCpuPercent: number | undefined;

  /** Always this many; 1 to 200. */
  static fixed(count: number): Replicas {
    return new Replicas(count, count, undefined);
  }

  /**
   * As many as the load needs, judged by CPU.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
   */
  static onCpu(options: CpuScalingOptions): Replicas {
    refuseUnknownProps('Replicas.onCpu', options, SCALING_OPTIONS);
    const { min, max, targetPercent = 70 } = options;
    if (!(max > min)) throw new InvalidValueError('Replicas.onCpu', { prop: 'max', must: `be more than min (${min})`, got: max });
    return new Replicas(min, max, targetPercent);
  }

  private constructor(min: number, max: number, targetCpuPercent: number | undefined) {
    for (const [prop, value] of Object.entries({ min, max })) {
      if (Number.isInteger(value) && value >= 1 && value <= 200) continue;
      throw new InvalidValueError('Replicas', { prop, must: 'be a whole number from 1 to 200', got: value });
    }
    if (targetCpuPercent !== undefined && !(Number.isInteger(targetCpuPercent) && targetCpuPercent >= 1 && targetCpuPercent <= 100)) {
      throw new InvalidValueError('Replicas', { prop: 'targetPercent', must: 'be a whole number from 1 to 100', got: targetCpuPercent });
    }
    this.min = min;
    this.max = max;
    this.targetCpuPercent = targetCpuPercent;
    Object.freeze(this);
  }
}

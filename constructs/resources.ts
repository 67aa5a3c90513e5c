import type { Problem } from './errors.ts';
import type { Cpu, Size } from './units.ts';
import type { PropNames } from './unknown-props.ts';

/**
 * What a container may use. Memory and scratch space are requested as they are limited, so that a container is never
 * evicted for using what it was promised.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export interface Resources {
  /** CPU that is set aside for it. */
  readonly cpu: Cpu;
  /**
   * The most CPU it may use.
   *
   * @default four times `cpu`
   */
  readonly cpuLimit?: Cpu;
  /** Memory, requested and limited alike; in whole mebibytes. */
  readonly memory: Size;
  /** Space for its writable layers, scratch volumes and logs, requested and limited alike; in whole mebibytes. */
  readonly ephemeralStorage: Size;
}

/** The names of what a container may use. */
export const RESOURCES: PropNames<Resources> = { cpu: true, cpuLimit: true, memory: true, ephemeralStorage: true };

/** What is wrong with `resources`. */
export function findResourceProblems(prop: string, { cpu, cpuLimit, memory, ephemeralStorage }: Resources): Problem[] {
  const problems: Problem[] = [];
  if (cpuLimit !== undefined && cpuLimit.milliCores < cpu.milliCores) {
    problems.push({ prop: `${prop}.cpuLimit`, must: `be at least cpu (${cpu})`, got: cpuLimit.toString() });
  }
  for (const [name, size] of Object.entries({ memory, ephemeralStorage })) {
    const mebibytes = size.toMebibytes({ rounding: NO_ROUNDING });
    if (Number.isInteger(mebibytes) && mebibytes >= 1) continue;
    problems.push({ prop: `${prop}.${name}`, must: 'be whole mebibytes above 0', got: size.asString() });
  }
  return problems;
}

/** `SizeRoundingBehavior.NONE` of cdk8s: keeps fractions, so that they can be refused with a better message. */
const NO_ROUNDING = 2;

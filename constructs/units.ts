import { Duration } from 'cdk8s/lib/duration.js';
import { Size } from 'cdk8s/lib/size.js';
import { InvalidValueError } from './errors.ts';

// Imported one by one, because the package root of cdk8s loads a hundred modules that synthesis does not use.
export { Duration, Size };

/** An amount of CPU time, in thousandths of a core. @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu */
export class Cpu {
  readonly milliCores: number;

  /** Thousandths of a core: a whole number from 1 to 256,000. */
  static millis(amount: number): Cpu {
    return new Cpu(amount);
  }

  /** Whole or partial cores, down to a thousandth. */
  static cores(amount: number): Cpu {
    return new Cpu(amount * 1000);
  }

  private constructor(milliCores: number) {
    if (!Number.isInteger(milliCores) || milliCores < 1 || milliCores > 256_000) {
      throw new InvalidValueError('Cpu', {
        prop: 'amount',
        must: 'be from 1 millicore to 256 cores, in whole millicores',
        got: milliCores,
      });
    }
    this.milliCores = milliCores;
    Object.freeze(this);
  }

  /** As Kubernetes writes it: `250m` or `2`. */
  toString(): string {
    return this.milliCores % 1000 === 0 ? String(this.milliCores / 1000) : `${this.milliCores}m`;
  }
}

/** An amount of money in US dollars, exact to a millionth of a dollar. Made by `usd`. */
export class Usd {
  readonly micros: number;

  /** Use `usd(amount)`. */
  constructor(amount: number) {
    const micros = Math.round(amount * 1_000_000);
    if (!Number.isSafeInteger(micros) || micros < 0 || Math.abs(micros - amount * 1_000_000) > 1e-3) {
      throw new InvalidValueError('usd', { prop: 'amount', must: 'be 0 or more, with at most six decimals', got: amount });
    }
    this.micros = micros;
    Object.freeze(this);
  }

  /** The amount as a plain number of dollars. */
  toNumber(): number {
    return this.micros / 1_000_000;
  }

  /** For people: `0.5 USD`. */
  toString(): string {
    return `${this.toNumber()} USD`;
  }
}

/** An amount of money in US dollars: `usd(0.5)`. */
export function usd(amount: number): Usd {
  return new Usd(amount);
}

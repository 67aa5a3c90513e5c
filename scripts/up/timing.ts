import { print } from '../print.ts';

/** Tells how long each step took since the process began. */
export class Timing {
  readonly #isOn: boolean;
  #last = 0;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /** A step is done. */
  done(step: string): void {
    const now = performance.now();
    if (this.#isOn) print(`${seconds(now)} s  ${step} (+${seconds(now - this.#last)})`);
    this.#last = now;
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2).padStart(6);
}

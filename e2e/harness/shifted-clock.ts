/** Loaded before a program: its clock is `CLOCK_SECONDS` ahead of the machine's. The database keeps its own time. */
const shift = Number(process.env['CLOCK_SECONDS']) * 1000;
const Machine = Date;

class ShiftedDate extends Machine {
  constructor(...values: unknown[]) {
    if (values.length === 0) super(Machine.now() + shift);
    else super(...(values as [number]));
  }

  static override now(): number {
    return Machine.now() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;

import { readFileSync } from 'node:fs';

/** Milliseconds of one tick of the kernel's clocks for processes. */
const TICK_MS = 10;

/** Milliseconds that all processors have been busy since the machine started; 0 where the system does not tell. */
export function busyMs(): number {
  const fields = readLine('/proc/stat').split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] = fields;
  return (user + nice + system + interrupts + softInterrupts + stolen) * TICK_MS;
}

/** Milliseconds of processor time that ended children of this process have used. */
export function childrenMs(): number {
  const fields = readLine('/proc/self/stat').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * TICK_MS;
}

function readLine(file: string): string {
  try {
    return readFileSync(file, 'latin1').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}

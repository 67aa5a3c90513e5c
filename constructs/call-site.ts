import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A class or function that makes something for its caller. */
export type Maker = Parameters<typeof Error.captureStackTrace>[1];

/** A place in a program: one stack frame. Reading it is expensive, holding it is not: the text is made when someone asks. */
export class CallSite {
  /** Put here by the engine. */
  declare readonly stack?: string;

  /** The place that called `maker`. */
  constructor(maker: Maker) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, maker);
    Error.stackTraceLimit = limit;
  }

  /** `file:line:column`, relative to the working directory; `undefined` when the engine does not tell. */
  describe(): string | undefined {
    return parseFrame(this.stack);
  }
}

function parseFrame(stack = ''): string | undefined {
  const frame = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/m.exec(stack);
  if (frame === null) return undefined;
  const [, location = '', line, column] = frame;
  const file = location.startsWith('file://') ? fileURLToPath(location.split('?')[0] ?? location) : location;
  return `${relative(process.cwd(), file)}:${line}:${column}`;
}

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in a program. Reading it is expensive, holding it is not: the text is made when someone asks. */
export interface CallSite {
  /** `file:line:column`, relative to the working directory; `undefined` when the engine does not tell. */
  toString(): string | undefined;
}

/** A class or function that makes something for its caller. */
export type Maker = Parameters<typeof Error.captureStackTrace>[1];

/** The place that called `maker`: one stack frame, kept unformatted. */
export function captureCallSite(maker: Maker): CallSite {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, maker);
  Error.stackTraceLimit = limit;
  return { toString: () => parseFrame(holder.stack) };
}

function parseFrame(stack = ''): string | undefined {
  const frame = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/m.exec(stack);
  if (frame === null) return undefined;
  const [, location = '', line, column] = frame;
  const file = location.startsWith('file://') ? fileURLToPath(location.split('?')[0] ?? location) : location;
  return `${relative(process.cwd(), file)}:${line}:${column}`;
}

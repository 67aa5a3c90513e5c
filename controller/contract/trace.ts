import { createHash } from 'node:crypto';

/** Where a task or one of its attempts stands in a trace: all can tell without asking each other. Hexadecimal digits, as in `traceparent`. */
export interface TracePlace {
  /** 32 digits: the id of the task. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
}

/** The place of a task, or with `attempt` of one attempt at it, below the task's. @see https://www.w3.org/TR/trace-context/ */
export function tracePlace(task: string, attempt?: number): TracePlace {
  const spanId = createHash('sha256')
    .update(`${task}/${attempt ?? ''}`)
    .digest('hex')
    .slice(0, 16);
  return { traceId: task.replaceAll('-', ''), spanId };
}

/** The variable `TRACEPARENT` of a program that works on an attempt: its own spans come below the attempt's. */
export function traceParent(task: string, attempt: number): string {
  const { traceId, spanId } = tracePlace(task, attempt);
  return `00-${traceId}-${spanId}-01`;
}

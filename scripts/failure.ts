import { inspect } from 'node:util';
import type { ErrorCode } from '../constructs/index.ts';
import { escapeControls } from './escape-controls.ts';

/** How a failure came about. */
export interface FailureOptions {
  /**
   * Whether it was a promise or a timer beside the command's own course, as a stack may leave them behind.
   *
   * @default false
   */
  readonly isStray?: boolean;
}

const STRAY =
  'something that was left running has failed; a stack reads nothing and waits for nothing, so it must not leave promises or timers behind';

/** Prints why a command could not do its work, and answers with the exit code. Only surprises come with a stack trace. */
export function reportFailure(error: unknown, { isStray = false }: FailureOptions = {}): number {
  const code = isStray ? 'FW_STACK_INVALID' : codeOf(error);
  process.stderr.write(`${escapeControls(explain(error, code, isStray))}\n`);
  return code === 'FW_POLICY_DENIED' ? 1 : 2;
}

/** The code of an error that Fleetwright throws on purpose. Its class is not asked for, because that loads all constructs. */
function codeOf(error: unknown): ErrorCode | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('FW_') ? (code as ErrorCode) : undefined;
}

function explain(error: unknown, code: ErrorCode | undefined, isStray: boolean): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  if (isStray) return `${STRAY}\n${text}\n [${code}]`;
  if (code !== undefined && error instanceof Error) return error.message;
  return `This is a defect of Fleetwright; please report it with what follows.\n${text}`;
}

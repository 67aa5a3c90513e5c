import { inspect } from 'node:util';
import { FleetwrightError } from '../constructs/index.ts';
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
  if (isStray) return reportFailure(new FleetwrightError('FW_STACK_INVALID', `${STRAY}\n${textOf(error)}\n`));
  if (error instanceof FleetwrightError) {
    process.stderr.write(`${escapeControls(error.message)}\n`);
    return error.code === 'FW_POLICY_DENIED' ? 1 : 2;
  }
  process.stderr.write(`This is a defect of Fleetwright; please report it with what follows.\n${textOf(error)}\n`);
  return 2;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
}

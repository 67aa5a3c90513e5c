import { inspect } from 'node:util';

/** Stable identifiers: published once, never renamed, one page each under `docs/errors/`. */
export type ErrorCode =
  | 'FW_INVALID_PROPS'
  | 'FW_INVALID_VALUE'
  | 'FW_ENVIRONMENT_INVALID'
  | 'FW_ENVIRONMENT_UNKNOWN'
  | 'FW_STACK_INVALID'
  | 'FW_ORG_UNKNOWN'
  | 'FW_IMPORT_INVALID'
  | 'FW_PULUMI_INVALID'
  | 'FW_ENGINE_REFUSED'
  | 'FW_POLICY_DENIED'
  | 'FW_OUTPUT_LOCKED'
  | 'FW_OUTPUT_UNSAFE'
  | 'FW_OUTPUT_FAILED'
  | 'FW_TOOLS_INVALID'
  | 'FW_TOOLS_LOCK_INVALID'
  | 'FW_TOOLS_LOCK_STALE'
  | 'FW_TOOLS_UNRESOLVED'
  | 'FW_USAGE'
  | 'FW_UP_FAILED'
  | 'FW_CONTROLLER_AWAY';

/** One thing a user can fix. Reads as: '<prop>' must <must>, got <got>; <hint>. */
export interface Problem {
  readonly prop: string;
  readonly must: string;
  /** Left out when the value may be secret. */
  readonly got?: unknown;
  readonly hint?: string | undefined;
}

/** Base of every error Fleetwright throws on purpose. Branch on `code`, not on the message. */
export class FleetwrightError extends Error {
  override readonly name: string = 'FleetwrightError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

/** Thrown by constructors, with every problem found rather than the first. */
export class InvalidPropsError extends FleetwrightError {
  override readonly name = 'InvalidPropsError';
  readonly problems: readonly Problem[];

  constructor(path: string, problems: readonly Problem[]) {
    const lines = [`${path} cannot be built:`, ...problems.map(describeProblem)];
    super('FW_INVALID_PROPS', lines.join('\n  - '));
    this.problems = problems;
  }
}

/** Thrown by value classes, which have no construct path yet; the stack trace names the line. */
export class InvalidValueError extends FleetwrightError {
  override readonly name = 'InvalidValueError';

  constructor(what: string, problem: Problem) {
    super('FW_INVALID_VALUE', `${what}: ${describeProblem(problem)}`);
  }
}

/** Throws the first problem of a value, if there is one. */
export function refuseValue(what: string, [problem]: readonly Problem[]): void {
  if (problem !== undefined) throw new InvalidValueError(what, problem);
}

/** The sentence that a problem reads as. */
export function describeProblem({ prop, must, got, hint }: Problem): string {
  const found = got === undefined ? '' : `, got ${inspect(got, { breakLength: Infinity, maxStringLength: 120 })}`;
  return `'${prop}' must ${must}${found}${hint ? `; ${hint}` : ''}`;
}

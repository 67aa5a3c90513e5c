/** How a check ended. `not checked` says nothing, neither good nor bad. */
export type Status = 'ok' | 'warning' | 'problem' | 'not checked';

/** What was looked at, what was found there, and what to do about it. */
export interface Result {
  readonly check: string;
  readonly status: Status;
  readonly found: string;
  /** What to type or to change. */
  readonly fix?: string;
}

/** As it should be. */
export function ok(check: string, found: string): Result {
  return { check, status: 'ok', found };
}

/** Something that works, but not as it should, or not for everyone. */
export function warning(check: string, found: string, fix: string): Result {
  return { check, status: 'warning', found, fix };
}

/** Something that does not work. */
export function problem(check: string, found: string, fix: string): Result {
  return { check, status: 'problem', found, fix };
}

/** Nothing is known: what it needs is missing, or was not asked for. */
export function notChecked(check: string, found: string, fix?: string): Result {
  return fix === undefined ? { check, status: 'not checked', found } : { check, status: 'not checked', found, fix };
}

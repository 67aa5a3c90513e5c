import type { ProblemCode, ProblemDocument } from '../../contract/wire/index.ts';

/** What the API refused, or that it could not be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;

  /** JSON pointer to the part of the request that is meant. */
  readonly at: string | undefined;

  constructor({ code, detail, at }: Pick<ProblemDocument, 'code' | 'detail' | 'at'>, options?: ErrorOptions) {
    super(detail ?? code, options);
    this.code = code;
    this.at = at;
  }
}

/** Whether an error says that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'FW_UNAUTHENTICATED';
}

/** Whether an error may say that the session is one of another org now, as all tabs have the same one. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'FW_NOT_FOUND';
}

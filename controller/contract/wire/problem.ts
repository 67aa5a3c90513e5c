import { type Static, Type } from 'typebox';
import { closed } from './values.ts';

/** Permanent codes of what the API refuses, with the HTTP status of each. Published once, never renamed. */
export const PROBLEM_STATUS = {
  FW_BODY_INVALID: 400,
  FW_UNAUTHENTICATED: 401,
  FW_FORBIDDEN: 403,
  FW_NOT_FOUND: 404,
  FW_KEY_REUSED: 409,
  FW_FENCE_STALE: 409,
  FW_STATE_CONFLICT: 409,
  FW_TOO_LARGE: 413,
  FW_AGENT_UNKNOWN: 422,
  FW_SKILL_UNKNOWN: 422,
  FW_NEED_UNKNOWN: 422,
  FW_PARENT_UNKNOWN: 422,
  FW_PROJECT_UNKNOWN: 422,
  FW_GRAPH_CYCLE: 422,
  FW_SUBTASK_LIMIT: 422,
  FW_BUDGET_TOO_SMALL: 422,
  FW_TEXT_INVALID: 422,
  FW_RATE_LIMITED: 429,
  FW_INTERNAL: 500,
  FW_UNAVAILABLE: 503,
} as const;

/** Permanent code of what the API refuses. */
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** What stands in the body of an answer with status 400 and above, as `application/problem+json`. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemSchema = closed(
  {
    type: Type.String({ description: 'URL of the page about the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Unsafe<ProblemCode>(Type.Enum(Object.keys(PROBLEM_STATUS))),
    detail: Type.Optional(Type.String({ description: 'What, where, why, what to do.' })),
    at: Type.Optional(Type.String({ description: 'JSON pointer to the part of the body that is meant.' })),
    requestId: Type.Optional(Type.String()),
  },
  { $id: 'Problem' },
);

/** The body of an answer with status 400 and above. */
export type ProblemDocument = Static<typeof ProblemSchema>;

/** What a caller asked for cannot be done. Branch on `code`, not on the message. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;

  /** JSON pointer to the part of the request that is meant. */
  readonly at: string | undefined;

  constructor(code: ProblemCode, message: string, options: ErrorOptions & { readonly at?: string | undefined } = {}) {
    super(message, options);
    this.code = code;
    this.at = options.at;
  }
}

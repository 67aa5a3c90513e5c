import { STATUS_CODES } from 'node:http';
import { PROBLEM_STATUS, type ProblemCode, type ProblemDocument, Refusal } from '../../contract/wire/index.ts';

/** Media type of all answers with status 400 and above. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const PROBLEM_TYPE = 'application/problem+json';

/** After how many seconds to try again when the store is away. */
export const RETRY_SECONDS = 1;

/** What the framework refuses, by the start of its code. */
const OF_FRAMEWORK: readonly (readonly [string, ProblemCode, string])[] = [
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'FW_TOO_LARGE', 'The body is larger than a message may be; send less at once, or a reference'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'FW_BODY_INVALID', "The body must be JSON, with the header 'Content-Type: application/json'"],
  ['FST_ERR_CTP', 'FW_BODY_INVALID', 'The body is not what its headers say, or there is no body'],
  ['FST_ERR_BAD_URL', 'FW_NOT_FOUND', 'The path is not valid'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'FW_NOT_FOUND', 'There is nothing with so long a name'],
  ['FST_ERR_VALIDATION', 'FW_BODY_INVALID', 'The request is not valid'],
];

/** What became of a request, as a refusal. Only what was written for callers is told: never the text of a database or of Node.js. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = OF_FRAMEWORK.find(([start]) => code.startsWith(start));
  if (known !== undefined) return new Refusal(known[1], known[2], { cause: error });
  return new Refusal('FW_INTERNAL', 'Something went wrong here; the log of the controller has it under the id of the request', {
    cause: error,
  });
}

/** The body of the answer. */
export function toProblem({ code, message, at }: Refusal, requestId?: string): ProblemDocument {
  const status = PROBLEM_STATUS[code];
  return {
    type: `urn:fleetwright:problem:${code}`,
    title: STATUS_CODES[status] ?? code,
    status,
    code,
    detail: message,
    ...(at === undefined ? {} : { at }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

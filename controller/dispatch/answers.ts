import { type ProblemCode, Refusal } from '../contract/wire/index.ts';

/** What a function of `sql/` says when it refuses an item. */
export interface Refused {
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly at?: string;
}

/** The answer, or the refusal thrown. */
export function accepted<Answer extends object>(answer: Answer | Refused): Answer {
  if (!isRefused(answer)) return answer;
  throw new Refusal(answer.code, answer.detail ?? answer.code, { at: answer.at });
}

function isRefused(answer: object): answer is Refused {
  return 'code' in answer;
}

/** Refuses what a stale fence asks for. */
export function refuseStale(task: string): Refusal {
  return new Refusal('FW_FENCE_STALE', `Task ${task} is held by another attempt, or has ended; stop working on it`);
}

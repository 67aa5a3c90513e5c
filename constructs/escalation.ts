import type { Problem } from './errors.ts';
import { Duration } from './units.ts';
import type { PropNames } from './unknown-props.ts';

/** When people are told of a task without being asked by it: each cause once, as a question that they answer by retry, cancel or continue. */
export interface Escalation {
  /**
   * After so many attempts that failed.
   *
   * @default 3
   */
  readonly failures?: number;

  /**
   * Once so much of the task's own budget is spent, in percent.
   *
   * @default 80
   */
  readonly spentPercent?: number;

  /**
   * After so long without output or events of a running attempt.
   *
   * @default Duration.hours(1)
   */
  readonly silence?: Duration;

  /**
   * After so long without an answer to a wish for approval.
   *
   * @default Duration.minutes(15)
   */
  readonly approval?: Duration;
}

/** The props of `Escalation`. */
export const ESCALATION_PROPS: PropNames<Escalation> = { failures: true, spentPercent: true, silence: true, approval: true };

/** What is wrong with the rules of an org or an agent. */
export function findEscalationProblems(escalation: Escalation = {}): Problem[] {
  if (Array.isArray(escalation)) return [{ prop: 'escalation', must: 'be an object', got: 'Array' }];
  // What else is no object is told with the unknown props.
  if (typeof escalation !== 'object' || escalation === null) return [];
  const problems: Problem[] = [];
  for (const [prop, most] of [
    ['failures', 100],
    ['spentPercent', 100],
  ] as const) {
    const got = escalation[prop];
    if (got !== undefined && !(Number.isInteger(got) && got >= 1 && got <= most))
      problems.push({ prop: `escalation.${prop}`, must: `be a whole number from 1 to ${most}`, got });
  }
  for (const prop of ['silence', 'approval'] as const) {
    const got = escalation[prop];
    if (got === undefined) continue;
    if (!(got instanceof Duration)) problems.push({ prop: `escalation.${prop}`, must: 'be a Duration', got: typeof got });
    else if (got.toMilliseconds() % 1000 !== 0 || got.toMilliseconds() < 1000 || got.toDays({ integral: false }) > 90)
      problems.push({ prop: `escalation.${prop}`, must: 'be whole seconds, at most 90 days', got: got.toHumanString() });
  }
  return problems;
}

import { isStorable } from '../controller/contract/conditions/index.ts';
import { Agent } from './agent.ts';
import { Budget } from './budget.ts';
import { findChoiceProblems } from './choices.ts';
import type { Problem } from './errors.ts';
import { findKindProblems } from './kinds.ts';
import { findNameProblems } from './names.ts';
import { nearest } from './nearest.ts';
import type { Org } from './org.ts';
import { findOwnPartProblems } from './own-parts.ts';
import type { PipelineStep, SubTaskLimits } from './pipeline.ts';
import { findSentenceProblems } from './sentences.ts';
import { findSkillProblems } from './skills.ts';
import { Duration, Usd } from './units.ts';

/** What may become of a step when one that it needs does not succeed. */
export const STEP_ON_FAILURE = ['cancel', 'skip', 'run'] as const;

const MOST_STEPS = 100;
const MOST_SECONDS = 90 * 86_400;
const LONGEST_INSTRUCTIONS = 16_384;

/** What is wrong with a step by itself. */
export function findStepProblems(step: PipelineStep, at: string, org: Org): Problem[] {
  const { approval, attempts, budget, by, deadline, instructions = '', needs = [], onFailure = 'cancel', subTasks } = step;
  const problems = [
    ...findNameProblems(`${at}.id`, step.id),
    ...findWhoProblems(`${at}.by`, by, org),
    ...findSentenceProblems(`${at}.title`, step.title, 'say in one line what it is'),
    ...findChoiceProblems(`${at}.onFailure`, onFailure, STEP_ON_FAILURE),
    ...findCountProblems(`${at}.attempts`, attempts, 100),
    ...findDurationProblems(`${at}.deadline`, deadline),
  ];
  if (typeof instructions !== 'string' || instructions.length > LONGEST_INSTRUCTIONS)
    problems.push({ prop: `${at}.instructions`, must: `be a text of at most ${LONGEST_INSTRUCTIONS} characters` });
  else if (!isStorable(instructions)) problems.push({ prop: `${at}.instructions`, must: 'hold no NUL and no half of a surrogate pair' });
  if (!Array.isArray(needs)) problems.push({ prop: `${at}.needs`, must: 'be a list of ids of steps', got: typeof needs });
  if (budget !== undefined && !(budget instanceof Budget && budget.period === 'task'))
    problems.push({ prop: `${at}.budget`, must: 'be a Budget.perTask' });
  if (approval !== undefined) {
    problems.push(...findSentenceProblems(`${at}.approval.reason`, approval.reason, 'say what a person is asked to agree to'));
    problems.push(...findDurationProblems(`${at}.approval.timeout`, approval.timeout));
  }
  if (subTasks !== undefined) problems.push(...findLimitProblems(`${at}.subTasks`, subTasks));
  return problems;
}

function findWhoProblems(prop: string, by: unknown, org: Org): Problem[] {
  if (!Array.isArray(by)) return findOwnPartProblems(prop, by, org, Agent);
  return by.length === 0 ? [{ prop, must: 'be an Agent, or at least one skill', got: by }] : findSkillProblems(prop, by);
}

function findLimitProblems(at: string, { budget, count, depth, parallel }: SubTaskLimits): Problem[] {
  return [
    ...(count === undefined ? [{ prop: `${at}.count`, must: 'be set' }] : findCountProblems(`${at}.count`, count, 10_000)),
    ...findCountProblems(`${at}.depth`, depth, 16),
    ...findCountProblems(`${at}.parallel`, parallel, 10_000),
    ...(budget === undefined ? [] : findKindProblems(`${at}.budget`, budget, Usd)),
  ];
}

function findCountProblems(prop: string, value: number | undefined, most: number): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return [];
  return [{ prop, must: `be a whole number from 1 to ${most}`, got: value }];
}

function findDurationProblems(prop: string, value: Duration | undefined): Problem[] {
  if (value === undefined) return [];
  if (!(value instanceof Duration)) return findKindProblems(prop, value, Duration);
  return findCountProblems(`${prop}, in seconds,`, value.toSeconds({ integral: false }), MOST_SECONDS);
}

/** What is wrong with steps together. */
export function findGraphProblems(steps: readonly PipelineStep[]): Problem[] {
  if (steps.length === 0 || steps.length > MOST_STEPS)
    return [{ prop: 'steps', must: `be a list of 1 to ${MOST_STEPS} steps`, got: steps.length }];
  const ids = steps.map(({ id }) => id);
  const problems: Problem[] = ids.flatMap((id, at) =>
    ids.indexOf(id) === at ? [] : [{ prop: `steps[${at}].id`, must: 'be of one step only', got: id }],
  );
  const known = new Set(ids);
  steps.forEach(({ needs = [] }, at) => {
    for (const got of needs) if (!known.has(got)) problems.push(danglingNeed(`steps[${at}].needs`, got, ids));
    if (new Set(needs).size < needs.length) problems.push({ prop: `steps[${at}].needs`, must: 'name each step once', got: needs });
  });
  return problems.length > 0 ? problems : findCycle(steps);
}

function danglingNeed(prop: string, got: string, ids: readonly string[]): Problem {
  const meant = typeof got === 'string' ? nearest(got, ids) : undefined;
  const hint = meant === undefined ? `there are ${ids.join(', ')}` : `did you mean '${meant}'?`;
  return { prop, must: 'be ids of steps of this pipeline', got, hint };
}

/** Takes away what needs nothing that is left, until nothing is left or the rest waits for itself. */
function findCycle(steps: readonly PipelineStep[]): Problem[] {
  let left = steps;
  for (;;) {
    const ids = new Set(left.map(({ id }) => id));
    const rest = left.filter(({ needs = [] }) => needs.some((need) => ids.has(need)));
    if (rest.length === 0) return [];
    if (rest.length === left.length) return [{ prop: 'steps', must: 'not wait for each other', got: rest.map(({ id }) => id) }];
    left = rest;
  }
}

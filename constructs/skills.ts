import type { Problem } from './errors.ts';

const SKILL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const MOST = 32;

/** What is wrong with a list of skills: their names are as those of Kubernetes. */
export function findSkillProblems(prop: string, skills: readonly unknown[]): Problem[] {
  if (Array.isArray(skills) && skills.length === 0) return [];
  // A copy has no holes, which would be no skills.
  const areFine =
    Array.isArray(skills) &&
    Array.from<unknown>(skills).every((skill) => typeof skill === 'string' && skill.length <= 63 && SKILL.test(skill));
  if (areFine && skills.length <= MOST && new Set(skills).size === skills.length) return [];
  return [{ prop, must: `be at most ${MOST} skills, each once, of a-z, 0-9 and '-'`, got: skills }];
}

import type { Problem } from './errors.ts';
import { type Kind, findKindProblems } from './kinds.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';

/** What is wrong with a part that another one of an org works with: it must be made by a class, and stand in that org. */
export function findOwnPartProblems(prop: string, part: unknown, org: Org, ...kinds: readonly Kind[]): Problem[] {
  if (!(part instanceof OrgPart) || part.org === org) return findKindProblems(prop, part, ...kinds);
  return [{ prop, must: 'stand in the same org, as no org reaches into another', got: part.node.path }];
}

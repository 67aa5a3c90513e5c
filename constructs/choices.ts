import type { Problem } from './errors.ts';
import { nearest } from './nearest.ts';

/** What is wrong with a value that must be one of a few. A stack runs without its types, so a misspelt word gets this far. */
export function findChoiceProblems(prop: string, value: unknown, allowed: readonly (string | boolean)[]): Problem[] {
  if (allowed.includes(value as string)) return [];
  const must = `be one of ${allowed.map((choice) => (typeof choice === 'string' ? `'${choice}'` : String(choice))).join(', ')}`;
  const meant = typeof value === 'string' ? nearest(value, allowed.map(String)) : undefined;
  return [{ prop, must, got: value, hint: meant === undefined ? undefined : `did you mean '${meant}'?` }];
}

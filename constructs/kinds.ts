import type { Problem } from './errors.ts';

/** A class, of which only the name and the instances count. */
export type Kind = Pick<CallableFunction, 'name' | typeof Symbol.hasInstance>;

/** Whether one of the classes made the value. */
export function isMadeBy(value: unknown, kinds: readonly Kind[]): boolean {
  for (const kind of kinds) if (value instanceof kind) return true;
  return false;
}

/** What is wrong with a value that must be made by a class. An object of the same shape was never checked by that class. */
export function findKindProblems(prop: string, value: unknown, ...kinds: readonly Kind[]): Problem[] {
  return isMadeBy(value, kinds) ? [] : [{ prop, must: `be ${namesOf(kinds)}`, got: nameOf(value) }];
}

/** What is wrong with a list whose items must be made by classes. */
export function findListProblems(prop: string, values: unknown, ...kinds: readonly Kind[]): Problem[] {
  if (!Array.isArray(values)) return [{ prop, must: `be a list, each item ${namesOf(kinds)}`, got: nameOf(values) }];
  return values.flatMap((value, at) => findKindProblems(`${prop}[${at}]`, value, ...kinds));
}

/** What is wrong with a record whose values must be texts. They may be private, so the problem tells their type only. */
export function findTextProblems(prop: string, values: Readonly<Record<string, unknown>>): Problem[] {
  const problems: Problem[] = [];
  for (const name in values) {
    if (typeof values[name] !== 'string') problems.push({ prop: `${prop}.${name}`, must: 'be a text', got: nameOf(values[name]) });
  }
  return problems;
}

function namesOf(kinds: readonly Kind[]): string {
  return kinds.map(({ name }) => `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`).join(' or ');
}

/** What a value is, in a word: its content may be private, or endless. */
function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value === null ? null : typeof value);
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === 'string' ? constructor.name : 'object';
}

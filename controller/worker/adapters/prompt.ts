import type { Claim } from '../../contract/wire/index.ts';
import { findLastJson, type Found } from '../result.ts';

/** All that a model has to know about a task, as text. */
export function promptOf({ title, input, project, needs, answers, signal }: Claim, ...before: readonly (string | undefined)[]): string {
  const parts = [...before, `# ${title}`, input === undefined || input === null ? '' : textOf(input)];
  if (project !== undefined) parts.push(`## The project\n\n${textOf(project)}`);
  if (needs.length > 0) parts.push(`## Results of the tasks before\n\n${textOf(needs)}`);
  if (answers.length > 0) parts.push(`## Answers to your questions\n\n${textOf(answers)}`);
  if (signal !== undefined) parts.push(`## What you waited for\n\n${textOf(signal)}`);
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** A text as it is, all else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** What a model's last words say: the JSON at their end, or they themselves. */
export function resultOf(words: string): Found {
  return findLastJson(words) ?? { value: words };
}

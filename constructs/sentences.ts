import type { Problem } from './errors.ts';

/** One line of what people see: no control characters, no line breaks, nothing that turns or hides what stands beside it. */
const SENTENCE = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\u200c\u200d]){1,200}$/u;

/** What is wrong with a text that reviewers read beside what it is about. `must` says what it is for: `say why it is needed`. */
export function findSentenceProblems(prop: string, text: unknown, must: string): Problem[] {
  if (typeof text !== 'string' || text.trim() === '') return [{ prop, must, got: text }];
  return SENTENCE.test(text) ? [] : [{ prop, must: 'be one line of at most 200 characters that all can be seen', got: text }];
}

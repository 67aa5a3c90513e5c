import type { Usage } from '../../contract/wire/index.ts';

/** Whether it can be an id or a name in a report. */
function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= 256;
}

/** What cannot be true counts as nothing: a report with it would be refused, and the result with it. */
function count(number: unknown): number {
  return typeof number === 'number' && number >= 0 && number <= 1e12 ? Math.round(number) : 0;
}

/** The session to go on with, if it is one. */
export function sessionOf(id: unknown): { readonly session?: string } {
  return isShort(id) ? { session: id } : {};
}

/** What a program says that it used. What it says not, such as the cost, counts as nothing: then only the gateway knows it. */
export function usageOf(
  model: unknown,
  tokens: { readonly input: readonly unknown[]; readonly output: readonly unknown[] },
  dollars?: unknown,
): Usage[] {
  if (!isShort(model)) return [];
  const sum = (numbers: readonly unknown[]) => numbers.reduce<number>((total, number) => total + count(number), 0);
  return [{ model, inputTokens: sum(tokens.input), outputTokens: sum(tokens.output), cost: count(Number(dollars ?? 0) * 1e6) }];
}

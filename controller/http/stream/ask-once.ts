import { coalesce } from '../../dispatch/index.ts';

/**
 * Asks once for all who want to know the same at the same time. Whoever asks while an answer is under way gets the next one, so that no answer is
 * older than its question.
 */
export function askOnce<Answer>(ask: (about: string) => Promise<Answer>): (about: string) => Promise<Answer> {
  return coalesce(async (all: string[]) => {
    const answers = new Map<string, Promise<Answer>>();
    const answer = async (about: string) => {
      const known = answers.get(about) ?? ask(about);
      answers.set(about, known);
      return known;
    };
    return Promise.all(all.map(answer));
  });
}

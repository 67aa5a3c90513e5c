import { cancel, intro, isCancel, select, text } from '@clack/prompts';
import { type Answers, asked, questions } from './questions.ts';
import { type TemplateName, templates } from './templates.ts';

/** What a repository is made by. */
export interface Choices extends Answers {
  readonly template: TemplateName;
}

/** Asks a person for what no option has said, and suggests answers. Answers `undefined` when the person breaks off. */
export async function ask(said: Partial<Choices>, suggested: Choices): Promise<Choices | undefined> {
  intro('A new fleet repository');
  const template = said.template ?? (await askForTemplate(suggested.template));
  if (template === undefined) return breakOff();
  const choices = { ...suggested, template };
  for (const key of asked) {
    const answer = said[key] ?? (await askFor(key, suggested[key]));
    if (answer === undefined) return breakOff();
    choices[key] = answer;
  }
  return choices;
}

async function askForTemplate(initialValue: TemplateName): Promise<TemplateName | undefined> {
  const names = Object.keys(templates) as TemplateName[];
  const options = names.map((value) => ({ value, label: value, hint: templates[value].holds }));
  const answer = await select({ message: 'What does it begin with?', options, initialValue });
  return isCancel(answer) ? undefined : answer;
}

async function askFor(key: keyof Answers, initialValue: string): Promise<string | undefined> {
  const { asks, must, fits } = questions[key];
  const validate = (answer: string | undefined) => (fits(answer ?? '') ? undefined : `It must ${must}.`);
  const answer = await text({ message: asks, initialValue, validate });
  return isCancel(answer) ? undefined : answer;
}

function breakOff(): undefined {
  cancel('Nothing has been written.');
}

import type { Command } from 'commander';
import type { QuestionOptions } from '../work/questions.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright answer`. */
export function addAnswer(program: Command, exit: Exit): void {
  const command = program.command('answer').description("answer a task's question");
  addExamples(command, { answer: 'list what waits for an answer', 'answer 7be0a1c4 "the smaller one"': 'answer one' });
  addServer(command)
    .argument('[question]', 'its id, or the first characters of it')
    .argument('[text]', 'the answer')
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (question: string | undefined, text: string | undefined, options: QuestionOptions) => {
      const { answer } = await import('../work/questions.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => answer(question, text, options)));
    });
}

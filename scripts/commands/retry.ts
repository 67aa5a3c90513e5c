import type { Command } from 'commander';
import type { ChangeOptions } from '../work/change-task.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright retry`. */
export function addRetry(program: Command, exit: Exit): void {
  const command = program.command('retry').description('give a task that did not succeed fresh attempts, with what ended because of it');
  addExamples(command, { 'retry 5a0a4d9e': 'once what was wrong is repaired' });
  addServer(command)
    .argument('<task>', 'its id, or the first characters of it')
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (task: string, options: ChangeOptions) => {
      const { retryTask } = await import('../work/change-task.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => retryTask(task, options)));
    });
}

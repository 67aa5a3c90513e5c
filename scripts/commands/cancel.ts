import type { Command } from 'commander';
import type { CancelOptions } from '../work/change-task.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright cancel`. */
export function addCancel(program: Command, exit: Exit): void {
  const command = program.command('cancel').description('end a task and all below it');
  addExamples(command, { 'cancel 5a0a4d9e': 'at once', 'cancel 5a0a4d9e --reason "no longer wanted"': 'and say why' });
  addServer(command)
    .argument('<task>', 'its id, or the first characters of it')
    .option('--reason <text>', 'why, for those who look later', 'cancelled by a person')
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (task: string, options: CancelOptions) => {
      const { cancelTask } = await import('../work/change-task.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => cancelTask(task, options)));
    });
}

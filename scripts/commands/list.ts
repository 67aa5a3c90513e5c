import type { Command } from 'commander';
import type { ListOptions } from '../list.ts';
import { addExamples, addSelection, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright list`. */
export function addList(program: Command, exit: Exit): void {
  const command = program.command('list').description('list agents, tools, pipelines and triggers');
  addExamples(command, {
    list: 'those of all environments',
    'list --env dev --output json': 'those of one, with the hosts they reach',
  });
  addSelection(command)
    .addOption(outputOption('how the list is shown', ['table', 'json', 'yaml']))
    .action(async (options: ListOptions) => {
      const { list } = await import('../list.ts');
      exit(await list(options));
    });
}

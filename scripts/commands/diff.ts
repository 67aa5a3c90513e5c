import type { Command } from 'commander';
import type { DiffOptions } from '../diff.ts';
import { addExamples, addSelection, type Exit, folderOption, outputOption } from './options.ts';

/** Adds `fleetwright diff`. */
export function addDiff(program: Command, exit: Exit): void {
  const description = 'compare fleets with the committed tree: added, changed and removed objects, and what pruning would lose';
  const command = program.command('diff').description(description);
  addExamples(command, {
    diff: 'all environments',
    'diff --env prod --output json': 'production, for programs',
  });
  addSelection(command)
    .addOption(folderOption())
    .addOption(outputOption('how differences are shown', ['table', 'json', 'yaml']))
    .action(async (options: DiffOptions) => {
      const { diff } = await import('../diff.ts');
      exit(await diff(options));
    });
}

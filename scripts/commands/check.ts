import type { Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import { addExamples, addSelection, type Exit, folderOption, outputOption } from './options.ts';

/** Adds `fleetwright check`. */
export function addCheck(program: Command, exit: Exit): void {
  const command = program.command('check').description('judge fleets by all rules, and that the rendered tree is up to date');
  addExamples(command, {
    check: 'all environments',
    'check --output sarif > r.sarif': 'for code scanning',
  });
  addSelection(command)
    .addOption(folderOption())
    .addOption(outputOption('how findings are shown', ['table', 'json', 'yaml', 'sarif']))
    .action(async (options: CheckOptions) => {
      const { check } = await import('../check.ts');
      exit(await check(options));
    });
}

import type { Command } from 'commander';
import type { ImportOptions } from '../import/import.ts';
import { addExamples, type Exit, outputOption, parseAnyFolder } from './options.ts';

/** Adds `fleetwright import`. */
export function addImport(program: Command, exit: Exit): void {
  const command = program.command('import').description('turn resources of language-operator and Kelos into typed stacks');
  addExamples(command, {
    'import fleet.yaml': 'a stack for each cluster or namespace in the file',
    'import - --org support < all.yaml': 'all of standard input, as one org',
    'import fleet.yaml --dry-run --output json': 'only tell what would be written, and what became of each field',
  });
  command
    .argument('<files...>', 'YAML or JSON, also of several resources; - for standard input')
    .option('--org <name>', 'the org that all resources become')
    .option('--out <folder>', 'the folder of the stacks', parseAnyFolder, 'stacks')
    .option('--dry-run', 'write nothing')
    .option('--force', 'replace stacks that are there already')
    .addOption(outputOption('how the result is shown', ['table', 'json']))
    .action(async (files: string[], options: ImportOptions) => {
      const { importResources } = await import('../import/import.ts');
      exit(await importResources(files, options));
    });
}

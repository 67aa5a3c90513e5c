import type { Command } from 'commander';
import type { SynthOptions } from '../synth.ts';
import { addExamples, addSelection, type Exit, folderOption, outputOption } from './options.ts';

/** Adds `fleetwright synth`. */
export function addSynth(program: Command, exit: Exit): void {
  const command = program.command('synth').description('render fleets, judge them and write the rendered tree');
  addExamples(command, {
    synth: 'all environments, into rendered/',
    'synth --env dev --org hello lab': 'two orgs of one environment; the rest of the tree stays',
    'synth --dry-run': 'only tell what would be written',
  });
  addSelection(command)
    .addOption(folderOption())
    .option('--dry-run', 'judge and compare, but write nothing')
    .option('--verify', 'render everything again instead of trusting the cache')
    .addOption(outputOption('how the result is shown', ['table', 'json', 'yaml']))
    .action(async (options: SynthOptions) => {
      const { synth } = await import('../synth.ts');
      exit(await synth(options));
    });
}

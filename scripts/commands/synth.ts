import { type Command, Option } from 'commander';
import type { SynthOptions } from '../synth.ts';
import { addExamples, addSelection, type Exit, folderOption, outputOption } from './options.ts';

/** Adds `fleetwright synth`. */
export function addSynth(program: Command, exit: Exit): void {
  const command = program.command('synth').description('render fleets, judge them and write the rendered tree');
  addExamples(command, {
    synth: 'all environments, into rendered/',
    'synth --env dev --org hello lab': 'two orgs of one environment; the rest of the tree stays',
    'synth --dry-run': 'only tell what would be written',
    'synth --watch': 'again whenever a file of the fleet changes, until Ctrl-C',
  });
  addSelection(command)
    .addOption(folderOption())
    .option('--dry-run', 'judge and compare, but write nothing')
    .option('--verify', 'render everything again instead of trusting the cache')
    .addOption(new Option('--watch', 'render again whenever a file of the fleet changes').conflicts(['dryRun', 'verify', 'output']))
    .addOption(outputOption('how the result is shown', ['table', 'json', 'yaml']))
    .action(async (options: SynthOptions & { readonly watch?: boolean }) => {
      if (options.watch === true) {
        const { watch } = await import('../watch.ts');
        return exit(await watch(options));
      }
      const { synth } = await import('../synth.ts');
      exit(await synth(options));
    });
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GraphOptions } from '../graph/graph.ts';
import { addExamples, addSelection, type Exit } from './options.ts';

/** Adds `fleetwright graph`. */
export function addGraph(program: Command, exit: Exit): void {
  const command = program.command('graph').description('draw agents, what they are given, and whom they may reach');
  addExamples(command, {
    'graph --org hello --out hello.svg': 'an org as a picture, for light and dark pages',
    'graph --env prod --out prod.svg': 'all of production; agents that are alike share a row',
    'graph --org hello --format mermaid': 'the same as text, which GitHub draws',
  });
  addSelection(command)
    .addOption(new Option('--format <format>', 'what is drawn').choices(['svg', 'mermaid']).default('svg'))
    .addOption(new Option('--out <file>', 'where it is written (default: standard output)').argParser(parseFile))
    .action(async (options: GraphOptions) => {
      const { graph } = await import('../graph/graph.ts');
      exit(await graph(options));
    });
}

function parseFile(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Name a file.');
  return text;
}

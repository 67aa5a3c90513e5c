import { type Command, Option } from 'commander';
import type { CostOptions } from '../work/cost.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright cost`. */
export function addCost(program: Command, exit: Exit): void {
  const command = program.command('cost').description('what agents have used of models, and what is left of their budgets');
  addExamples(command, {
    cost: 'of the last thirty days',
    'cost --by project': 'what each project has cost',
    'cost --since 2026-05-01 --output json': 'from a day on, for programs',
  });
  addServer(command)
    .option('--since <time>', 'from a day or a time on, such as 2026-05-01 (default: thirty days ago)')
    .addOption(new Option('--by <what>', 'told apart by what').choices(['project']))
    .addOption(outputOption('how it is shown', ['table', 'json', 'yaml']))
    .action(async (options: CostOptions) => {
      const { showCost } = await import('../work/cost.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => showCost(options)));
    });
}

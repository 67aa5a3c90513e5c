import type { Command } from 'commander';
import type { StatusOptions } from '../work/status.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright status`. */
export function addStatus(program: Command, exit: Exit): void {
  const command = program.command('status').description('what a running fleet does, what waits for you, and what it has spent');
  addExamples(command, { status: 'of the fleet that runs here', 'status --server https://fleet.example.com': 'of one elsewhere' });
  addServer(command)
    .addOption(outputOption('how it is shown', ['table', 'json', 'yaml']))
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('../work/status.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => showStatus(options)));
    });
}

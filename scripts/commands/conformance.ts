import type { Command } from 'commander';
import { addExamples, type Exit } from './options.ts';

/** Adds `fleetwright conformance`. */
export function addConformance(program: Command, exit: Exit): void {
  const command = program
    .command('conformance')
    .description("tell which rules of the contract an agent's program keeps, without a cluster");
  addExamples(command, {
    "conformance --command './agent.sh'": 'a program that follows the contract by itself',
    'conformance --adapter claude-code --command claude': 'one that an adapter speaks for',
  });
  command
    .requiredOption('--command <command>', 'what to start for each task, as a shell would')
    .option('--adapter <name>', 'by which the worker speaks with it', 'shell')
    .option('--input <text>', 'the task that it is given (default: to answer with a JSON object)')
    .action(async (options: { readonly command: string; readonly adapter: string; readonly input?: string }) => {
      const { conformance } = await import('../conformance.ts');
      exit(await conformance(options));
    });
}

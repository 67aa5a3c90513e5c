import type { Command } from 'commander';
import type { LogsOptions } from '../work/logs.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright logs`. */
export function addLogs(program: Command, exit: Exit): void {
  const command = program.command('logs').description("show a task's output");
  addExamples(command, { 'logs 5a0a4d9e': 'what it has written so far', 'logs 5a0a4d9e -f': 'and what it writes, until it has ended' });
  addServer(command)
    .argument('<task>', 'its id, or the first characters of it')
    .option('-f, --follow', 'go on until the task has ended')
    .addOption(outputOption('how it is shown; json is one object a line', ['table', 'json']))
    .action(async (task: string, options: LogsOptions) => {
      const { showLogs } = await import('../work/logs.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => showLogs(task, options)));
    });
}

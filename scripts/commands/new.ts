import type { Command } from 'commander';
import type { NewOptions } from '../work/new-work.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright new`. */
export function addNew(program: Command, exit: Exit): void {
  const command = program.command('new').description('give a running fleet something to do');
  addExamples(command, {
    'new "a tool that renames photos by date"': "to the org's pipeline 'idea', or its only one",
    'new "Fix issue 7" --agent coder --follow': 'to one agent, and see it through',
    'new "Fix issue 7" --project shop': 'for a project, whose data its tasks are told',
  });
  addServer(command)
    .argument('<idea>', 'what is wanted')
    .option('--agent <name>', 'a task of this agent, and no pipeline')
    .option('--pipeline <name>', 'a run of this pipeline')
    .option('--project <name>', 'what it is for')
    .option('--input <json>', 'what else has to be known, as JSON')
    .option('--follow', 'show how far it is until it has ended; exit code 1 if it does not succeed')
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (idea: string, options: NewOptions) => {
      const { startWork } = await import('../work/new-work.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => startWork(idea, options)));
    });
}

import type { Command } from 'commander';
import type { ApproveOptions } from '../work/questions.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright approve`. */
export function addApprove(program: Command, exit: Exit): void {
  const command = program.command('approve').description('let a task do what it asks for, or not');
  addExamples(command, { approve: 'list what waits for an approval', 'approve 0c41d2a7': 'let it', 'approve 0c41d2a7 --deny': 'do not' });
  addServer(command)
    .argument('[question]', 'its id, or the first characters of it')
    .option('--deny', 'refuse it')
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (question: string | undefined, options: ApproveOptions) => {
      const { approve } = await import('../work/questions.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => approve(question, options)));
    });
}

import type { Command } from 'commander';
import type { ExplainOptions } from '../explain/explain.ts';
import { addExamples, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright explain`. */
export function addExplain(program: Command, exit: Exit): void {
  const command = program.command('explain').description('explain a part of a fleet, a rule, an error code, or a prop');
  addExamples(command, {
    'explain hello/digest': 'what an agent says, what it becomes, whom it reaches, and what it may spend',
    'explain prod/hello': 'an org, as it is in one environment',
    'explain image-digest': 'a rule, with what keeps it and what breaks it',
    'explain FW_STACK_INVALID': 'an error code',
    'explain Agent.run': 'a prop: what it is for, its type, its default',
  });
  command
    .argument('<subject>', 'a path such as hello/digest, a rule, a code, a class, or one of its props')
    .addOption(outputOption('how it is shown', ['table', 'json', 'yaml']))
    .action(async (subject: string, options: Omit<ExplainOptions, 'subject'>) => {
      const { explain } = await import('../explain/explain.ts');
      exit(await explain({ subject, ...options }));
    });
}

import type { Command } from 'commander';
import type { ToolsOptions, ToolsOutputOptions } from '../tools/tools.ts';
import { addExamples, type Exit, outputOption } from './options.ts';

const DESCRIBE = ['--describe', 'install npm packages in a temporary folder and run them, to read what they say of their tools'] as const;

/** Adds `fleetwright tools` and its commands. */
export function addTools(program: Command, exit: Exit): void {
  const tools = program.command('tools').description('the tool registry: what tools.yaml asks for, and what tools.lock pins');
  addExamples(tools, {
    'tools list': 'what is asked for, and what is locked',
    'tools resolve': 'lock what is missing',
    'tools resolve --describe': 'and what the servers say of their tools; runs their code',
    'tools diff': 'what update would change',
    'tools update filesystem': 'move a tool to the newest version in its range',
  });
  addList(tools, exit);
  addResolve(tools, exit);
  addUpdate(tools, exit);
  addDiff(tools, exit);
}

function addList(tools: Command, exit: Exit): void {
  const command = tools.command('list').description('list the tools of the catalogue, and their locked versions');
  addExamples(command, { 'tools list': 'for people', 'tools list --output json': 'for programs' });
  command.addOption(outputOption('how the list is shown', ['table', 'json', 'yaml'])).action(async (options: ToolsOutputOptions) => {
    const { listLock } = await import('../tools/tools.ts');
    exit(await listLock(options));
  });
}

function addResolve(tools: Command, exit: Exit): void {
  const command = tools.command('resolve').description('lock what is missing; what is locked and still satisfies stays');
  addExamples(command, { 'tools resolve': 'after a change of tools.yaml', 'tools resolve --describe': 'runs the code of npm packages' });
  command.option(...DESCRIBE).action(async (options: ToolsOptions) => {
    const { resolveLock } = await import('../tools/tools.ts');
    exit(await resolveLock(options));
  });
}

function addUpdate(tools: Command, exit: Exit): void {
  const command = tools.command('update [tools...]').description('move tools to the newest versions in their ranges');
  addExamples(command, { 'tools update': 'all', 'tools update filesystem --describe': 'one, and what its server says; runs its code' });
  command.option(...DESCRIBE).action(async (names: string[], options: ToolsOptions) => {
    const { updateLock } = await import('../tools/tools.ts');
    exit(await updateLock(names, options));
  });
}

function addDiff(tools: Command, exit: Exit): void {
  const command = tools
    .command('diff [tools...]')
    .description('tell what update would change, and change nothing; exit code 1 where it would');
  addExamples(command, { 'tools diff': 'all', 'tools diff filesystem --output json': 'one, for programs' });
  command
    .option(...DESCRIBE)
    .addOption(outputOption('how changes are shown', ['table', 'json', 'yaml']))
    .action(async (names: string[], options: ToolsOptions & ToolsOutputOptions) => {
      const { diffLock } = await import('../tools/tools.ts');
      exit(await diffLock(names, options));
    });
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TasksOptions } from '../work/tasks.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

const STATES = ['waiting', 'queued', 'paused', 'claimed', 'running', 'succeeded', 'failed', 'cancelled', 'dead'];
const MOST = 1000;

/** Adds `fleetwright tasks`. */
export function addTasks(program: Command, exit: Exit): void {
  const command = program.command('tasks').description('list the tasks of a running fleet, newest first');
  addExamples(command, { tasks: 'the newest twenty', 'tasks --in running --agent coder': 'what one agent works on' });
  addServer(command)
    .option('--agent <name>', 'only those of this agent')
    .addOption(new Option('--in <state>', 'only those in this state').choices(STATES))
    .addOption(new Option('--limit <number>', 'at most so many of each org').default(20).argParser(parseLimit))
    .addOption(outputOption('how they are shown', ['table', 'json', 'yaml']))
    .action(async (options: TasksOptions) => {
      const { listTasks } = await import('../work/tasks.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => listTasks(options)));
    });
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError(`Name a number from 1 to ${MOST}.`);
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { UpOptions } from '../up/running-up.ts';
import { addExamples, type Exit, parseAnyFolder } from './options.ts';

const HIGHEST_PORT = 65_535;

/** Adds `fleetwright up`. */
export function addUp(program: Command, exit: Exit): void {
  const command = program.command('up').description('run a fleet on this machine: the controller, its agents as processes, no cluster');
  addExamples(command, {
    up: 'all orgs of the environment dev, until Ctrl-C',
    'up --org hello --timing': 'one org, and how long each step took',
    'up --postgres postgres://user:password@127.0.0.1:5432/fleet': 'with a database that survives a power cut',
  });
  command
    .option('--org <name>', 'only this org')
    .option('--env <name>', 'the environment (default: dev)')
    .addOption(new Option('--port <number>', 'where the controller listens (default: 8080, or a free one)').argParser(parsePort))
    .option('--postgres <url>', 'a PostgreSQL database instead of the embedded one')
    .addOption(
      new Option('--state <folder>', 'where database, workspaces and tokens are kept').default('.fleetwright').argParser(parseAnyFolder),
    )
    .option('--timing', 'tell how long each step took, until the first task has ended')
    .addOption(new Option('--plan', 'only tell the parent process, which says where things are, what would run').hideHelp())
    .action(async ({ plan, ...options }: UpOptions & { readonly plan?: boolean }) => {
      if (plan === true) {
        const { makePlan } = await import('../up/make-plan.ts');
        return exit(await makePlan());
      }
      const { up } = await import('../up/up.ts');
      exit(await up(options));
    });
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= HIGHEST_PORT) return port;
  throw new InvalidArgumentError(`Name a port from 0 to ${HIGHEST_PORT}; 0 takes a free one.`);
}

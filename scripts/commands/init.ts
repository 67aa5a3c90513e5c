import { type Command, Option } from 'commander';
import type { InitOptions } from '../init/init.ts';
import { addExamples, type Exit, parseAnyFolder } from './options.ts';

/** Adds `fleetwright init`. */
export function addInit(program: Command, exit: Exit): void {
  const command = program.command('init').description('start a fleet repository in an empty folder');
  addExamples(command, {
    init: 'here; on a terminal, it asks for what no option says',
    'init fleet --template full --yes': 'a larger example, in a new folder, without questions',
    'init --repo https://github.com/acme/fleet.git --domain fleet.acme.com': 'with your own names',
  });
  command
    .argument('[folder]', 'where it is started', parseAnyFolder, '.')
    .addOption(new Option('--template <name>', 'what it begins with (default: minimal)').choices(['minimal', 'full']))
    .option('--name <name>', "the repository's name (default: the folder's)")
    .option('--repo <url>', 'the URL by which Argo CD reads the repository (default: that of its origin, or an example)')
    .option('--domain <host>', 'what the hosts of exposed agents are below (default: an example)')
    .option('--yes', 'ask nothing')
    .action(async (folder: string, options: Omit<InitOptions, 'folder'>) => {
      const { init } = await import('../init/init.ts');
      exit(await init({ folder, ...options }));
    });
}

import type { Command } from 'commander';
import type { SignInOptions } from '../work/sign-in.ts';
import { addExamples, addServer, type Exit, outputOption } from './options.ts';

/** Adds `fleetwright sign-in`. */
export function addSignIn(program: Command, exit: Exit): void {
  const command = program.command('sign-in').description("make a link that signs a person in to a running fleet's page, once");
  addExamples(command, { 'sign-in': 'for each org', 'sign-in --org hello': 'for one of several' });
  addServer(command)
    .addOption(outputOption('how it is told', ['table', 'json', 'yaml']))
    .action(async (options: SignInOptions) => {
      const { signIn } = await import('../work/sign-in.ts');
      const { speaking } = await import('../work/server.ts');
      exit(await speaking(options, async () => signIn(options)));
    });
}

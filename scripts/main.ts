import { Command, CommanderError, Option } from 'commander';
import { reportFailure } from './failure.ts';
import { readVersion } from './version.ts';

const EXAMPLES = `
Examples:
  $ fleetwright synth                          render all environments into rendered/
  $ fleetwright diff --env prod                what would change in production
  $ fleetwright check --output sarif > r.sarif judge everything, for code scanning
  $ fleetwright list --org hello               agents and tools, and where they come from

Exit codes:
  0  done; with diff: no differences
  1  rules were broken; with diff: there are differences
  2  it could not be done: wrong usage, an unreadable environment, a failing stack, a locked tree
`;

/** Runs the command line and answers with its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = buildProgram((code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error);
  }
}

function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('fleetwright')
    .description('Typed fleets of AI agents, synthesized into plain Kubernetes manifests.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('before', EXAMPLES.split('\n\n')[0]?.trimStart() + '\n')
    .addHelpText('after', '\n' + (EXAMPLES.split('\n\n')[1] ?? '').trimEnd())
    .showSuggestionAfterError()
    .exitOverride();

  select(program.command('synth').description('render fleets, judge them and write the rendered tree'))
    .option('--out <folder>', 'the rendered tree', 'rendered')
    .option('--dry-run', 'judge and compare, but write nothing')
    .option('--verify', 'render everything again instead of trusting the cache')
    .addOption(new Option('--output <format>', 'how the result is shown').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (options: Parameters<typeof import('./synth.ts').synth>[0]) => exit(await (await import('./synth.ts')).synth(options)));

  select(program.command('check').description('judge fleets by all rules, and that the rendered tree is up to date'))
    .option('--out <folder>', 'the rendered tree', 'rendered')
    .addOption(new Option('--output <format>', 'how findings are shown').choices(['table', 'json', 'yaml', 'sarif']).default('table'))
    .action(async (options: Parameters<typeof import('./check.ts').check>[0]) => exit(await (await import('./check.ts')).check(options)));

  select(program.command('diff').description('compare fleets with the committed tree: added, changed and removed objects, and what pruning would lose'))
    .option('--out <folder>', 'the rendered tree', 'rendered')
    .addOption(new Option('--output <format>', 'how differences are shown').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (options: Parameters<typeof import('./diff.ts').diff>[0]) => exit(await (await import('./diff.ts')).diff(options)));

  select(program.command('list').description('list agents and tools'))
    .addOption(new Option('--output <format>', 'how the list is shown').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (options: Parameters<typeof import('./list.ts').list>[0]) => exit(await (await import('./list.ts')).list(options)));

  return program;
}

function select(command: Command): Command {
  return command
    .option('--env <name...>', 'environments', undefined)
    .option('--org <name...>', 'orgs', undefined)
    .exitOverride();
}

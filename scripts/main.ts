import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CheckOptions } from './check.ts';
import type { DiffOptions } from './diff.ts';
import { escapeControls } from './escape-controls.ts';
import { reportFailure } from './failure.ts';
import type { ListOptions } from './list.ts';
import type { SynthOptions } from './synth.ts';
import { readVersion } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0  done; with diff: no differences
  1  rules were broken, or with check the rendered tree is stale; with diff: there are differences
  2  it could not be done: wrong usage, an unreadable environment, a failing stack, a locked tree`;

/** Folders of a project in which no tree may be. */
const SOURCES = new Set(['.cache', 'environments', 'stacks']);

/** Runs the command line and answers with its exit code. What a command needs is loaded when it is called. */
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
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('afterAll', EXIT_CODES)
    .configureOutput({ writeErr: (text) => process.stderr.write(escapeControls(text)) })
    .showHelpAfterError('Run it with --help to see what it takes.')
    .exitOverride();
  addExamples(program, {
    synth: 'render all environments into rendered/',
    'diff --env prod': 'what would change in production',
    'check --output sarif > r.sarif': 'judge everything, for code scanning',
    'list --org hello': 'agents and tools, and where they come from',
  });
  addSynth(program, exit);
  addCheck(program, exit);
  addDiff(program, exit);
  addList(program, exit);
  return program;
}

function addSynth(program: Command, exit: (code: number) => void): void {
  const command = program.command('synth').description('render fleets, judge them and write the rendered tree');
  addExamples(command, {
    synth: 'all environments, into rendered/',
    'synth --env dev --org hello lab': 'two orgs of one environment; the rest of the tree stays',
    'synth --dry-run': 'only tell what would be written',
  });
  addSelection(command)
    .addOption(folderOption())
    .option('--dry-run', 'judge and compare, but write nothing')
    .option('--verify', 'render everything again instead of trusting the cache')
    .addOption(outputOption('how the result is shown', ['table', 'json', 'yaml']))
    .action(async (options: SynthOptions) => {
      const { synth } = await import('./synth.ts');
      exit(await synth(options));
    });
}

function addCheck(program: Command, exit: (code: number) => void): void {
  const command = program.command('check').description('judge fleets by all rules, and that the rendered tree is up to date');
  addExamples(command, {
    check: 'all environments',
    'check --output sarif > r.sarif': 'for code scanning',
  });
  addSelection(command)
    .addOption(folderOption())
    .addOption(outputOption('how findings are shown', ['table', 'json', 'yaml', 'sarif']))
    .action(async (options: CheckOptions) => {
      const { check } = await import('./check.ts');
      exit(await check(options));
    });
}

function addDiff(program: Command, exit: (code: number) => void): void {
  const description = 'compare fleets with the committed tree: added, changed and removed objects, and what pruning would lose';
  const command = program.command('diff').description(description);
  addExamples(command, {
    diff: 'all environments',
    'diff --env prod --output json': 'production, for programs',
  });
  addSelection(command)
    .addOption(folderOption())
    .addOption(outputOption('how differences are shown', ['table', 'json', 'yaml']))
    .action(async (options: DiffOptions) => {
      const { diff } = await import('./diff.ts');
      exit(await diff(options));
    });
}

function addList(program: Command, exit: (code: number) => void): void {
  const command = program.command('list').description('list agents and tools');
  addExamples(command, {
    list: 'those of all environments',
    'list --env dev --output json': 'those of one, with the hosts they reach',
  });
  addSelection(command)
    .addOption(outputOption('how the list is shown', ['table', 'json', 'yaml']))
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.ts');
      exit(await list(options));
    });
}

/** Help begins with what one would type, and what for. */
function addExamples(command: Command, examples: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(examples).map((line) => line.length));
  const lines = Object.entries(examples).map(([line, purpose]) => `  $ fleetwright ${line.padEnd(width)}  ${purpose}`);
  command.addHelpText('before', ['Examples:', ...lines, ''].join('\n'));
}

function addSelection(command: Command): Command {
  return command.option('--env <name...>', 'only these environments').option('--org <name...>', 'only these orgs');
}

function folderOption(): Option {
  return new Option('--out <folder>', 'the rendered tree').default('rendered').argParser(parseFolder);
}

function outputOption(description: string, formats: readonly string[]): Option {
  return new Option('--output <format>', description).choices(formats).default('table');
}

/** An empty text would otherwise lead to the root of the file system; and what people write is not where programs write. */
function parseFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Name a folder.');
  const names = relative('', resolve(text)).split(sep);
  if (names.every((name) => name === '..' || name === ''))
    throw new InvalidArgumentError('It holds the project; name a folder of its own.');
  if (SOURCES.has(names[0] ?? '') || names.some((name) => name === '.git' || name === 'node_modules')) {
    throw new InvalidArgumentError('It is kept for something else; name a folder of its own.');
  }
  return isAbsolute(text) ? resolve(text) : relative('', text) || '.';
}

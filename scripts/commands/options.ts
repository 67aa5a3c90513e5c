import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Called with the exit code of a command that has ended. */
export type Exit = (code: number) => void;

/** Folders of a project in which no tree may be. */
const SOURCES = new Set(['.cache', 'environments', 'stacks']);

/** Help begins with what one would type, and what for. */
export function addExamples(command: Command, examples: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(examples).map((line) => line.length));
  const lines = Object.entries(examples).map(([line, purpose]) => `  $ fleetwright ${line.padEnd(width)}  ${purpose}`);
  command.addHelpText('before', ['Examples:', ...lines, ''].join('\n'));
}

/** Options by which what is loaded is chosen. */
export function addSelection(command: Command): Command {
  return command.option('--env <name...>', 'only these environments').option('--org <name...>', 'only these orgs');
}

/** The option that names the rendered tree. */
export function folderOption(): Option {
  return new Option('--out <folder>', 'the rendered tree').default('rendered').argParser(parseFolder);
}

/** The option that chooses among formats of which `table` is one, for people. */
export function outputOption(description: string, formats: readonly string[]): Option {
  return new Option('--output <format>', description).choices(formats).default('table');
}

/** An empty text, such as a variable of a shell that is not set, would otherwise mean the working directory. */
export function parseAnyFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Name a folder.');
  return text;
}

/** What people write is not where programs write. */
function parseFolder(text: string): string {
  parseAnyFolder(text);
  const names = relative('', resolve(text)).split(sep);
  if (names.every((name) => name === '..' || name === ''))
    throw new InvalidArgumentError('It holds the project; name a folder of its own.');
  if (SOURCES.has(names[0] ?? '') || names.some((name) => name === '.git' || name === 'node_modules')) {
    throw new InvalidArgumentError('It is kept for something else; name a folder of its own.');
  }
  return isAbsolute(text) ? resolve(text) : relative('', text) || '.';
}

/** Options by which a command finds the controller that it speaks with. */
export function addServer(command: Command): Command {
  return command
    .option('--org <name>', 'only this org')
    .option('--server <url>', 'a controller elsewhere; its token is in FLEETWRIGHT_TOKEN, or in a file (default: the fleet that runs here)')
    .option('--token-file <file>', 'the file that holds the token')
    .addOption(new Option('--state <folder>', "the state folder of 'fleetwright up'").default('.fleetwright').argParser(parseAnyFolder));
}

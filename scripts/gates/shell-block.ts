import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The help that `fleetwright` prints, of a command or, without one, of the program. */
export type HelpOf = (command?: string) => string;

/** Programs that documents may call without further ado. */
const FOREIGN = new Set([
  'cat',
  'cd',
  'cp',
  'export',
  'git',
  'go',
  'grep',
  'head',
  'kill',
  'kubectl',
  'less',
  'ls',
  'mkdir',
  'pulumi',
  'sed',
  'sleep',
  'sops',
  'test',
]);
/** What stands before a command in a loop. */
const LOOP_WORDS = /^((do|done|until|while)(\s+|$))+/;

const NPM_VERBS = new Set(['ci', 'install', 'pack']);

/** What is wrong with the commands of a shell block: npm scripts, files and `fleetwright` commands or options that do not exist. */
export function findBadCommands(root: string, block: string, helpOf: HelpOf): string[] {
  const scripts = readScripts(root);
  return commandsOf(block).flatMap((words) => {
    const [program = '', ...rest] = words;
    if (program === 'npm') return judgeNpm(rest, scripts, helpOf);
    if (program === 'node') return judgeNode(root, rest);
    if (program === 'fleetwright') return judgeFleetwright(rest, helpOf);
    if (program === 'npx')
      return rest[0] === 'fleetwright' ? judgeFleetwright(rest.slice(1), helpOf) : [`npx ${rest[0] ?? ''} is not a command of ours`];
    return FOREIGN.has(program) ? [] : [`'${program}' is not known here; documents name npm scripts, fleetwright and common programs`];
  });
}

/** Comments, prompts and variables in front are no words of a command. */
function commandsOf(block: string): string[][] {
  return block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').replace(/^\$ /, ''))
    .flatMap((line) => line.split(/&&|\|\|?|;/))
    .map((command) => command.replace(/^(\s*[A-Z][A-Z0-9_]*=\S*)+/, ''))
    .map((command) => command.trim().replace(LOOP_WORDS, '').split(/\s+/))
    .filter(([program]) => program !== undefined && program !== '');
}

function judgeNpm(words: readonly string[], scripts: ReadonlySet<string>, helpOf: HelpOf): string[] {
  const separator = words.indexOf('--');
  const own = (separator === -1 ? words : words.slice(0, separator)).filter((word) => !word.startsWith('-'));
  const passedOn = separator === -1 ? [] : words.slice(separator + 1);
  const [verb = '', script = ''] = own;
  if (NPM_VERBS.has(verb)) return [];
  const name = verb === 'run' ? script : verb;
  if (verb !== 'run' && verb !== 'test' && verb !== 'start') return [`npm ${verb} is not used here`];
  if (!scripts.has(name)) return [`package.json has no script '${name}'`];
  if (name === 'fleetwright') return judgeFleetwright(passedOn, helpOf);
  return name === 'start' ? judgeFleetwright(['up', ...passedOn], helpOf) : [];
}

function judgeNode(root: string, words: readonly string[]): string[] {
  const file = words.find((word) => !word.startsWith('-'));
  return file === undefined || existsSync(join(root, file)) ? [] : [`there is no file ${file}`];
}

function judgeFleetwright(words: readonly string[], helpOf: HelpOf): string[] {
  const [command, nested] = words.filter((word) => !word.startsWith('-'));
  if (command !== undefined && !knows(helpOf(), command)) return [`fleetwright has no command '${command}'`];
  const outer = helpOf(command);
  const hasNested = command !== undefined && nested !== undefined && /^Commands:/m.test(outer);
  if (hasNested && !knows(outer, nested)) return [`fleetwright ${command} has no command '${nested}'`];
  const help = hasNested ? helpOf(`${command} ${nested}`) : outer;
  return words
    .filter((word) => word.startsWith('-'))
    .map((option) => option.split('=')[0] ?? option)
    .filter((option) => !knows(help, option))
    .map((option) => `fleetwright ${command ?? ''} has no option '${option}'`);
}

/** The word at the start of a line of the help, where commands and options stand. */
function knows(help: string, word: string): boolean {
  return help.split('\n').some((line) => line.trim().split(/[ ,]+/).slice(0, 2).includes(word));
}

function readScripts(root: string): ReadonlySet<string> {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
  return new Set(Object.keys(scripts));
}

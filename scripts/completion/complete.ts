import type { Argument, Command, Option } from 'commander';
import { type LiveValues, readLiveValues } from './live-values.ts';

/** What could stand where the cursor is: a word, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** What could stand where the cursor is, or that the shell knows better. */
export type Completion = readonly Candidate[] | 'files' | 'folders';

/**
 * Completes a command line by what the program itself knows of its commands, options and choices.
 *
 * @param words what stands after the program's name; the last is the one at the cursor, and may be empty
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const place = findPlace(program, words.slice(0, -1));
  const completion = await completeAt(place, current, readLiveValues(place.chosen));
  return typeof completion === 'string' ? completion : completion.filter(({ word }) => word.startsWith(current));
}

/** Where in the program the cursor is. */
interface Place {
  readonly command: Command;
  /** Set where the word at the cursor is, or may be, the value of an option. */
  readonly option: Option | undefined;
  /** Whether a word that is no option would be the next argument: after a variadic option it is one more value. */
  readonly mayBeOption: boolean;
  /** How many arguments of the command are there already. */
  readonly position: number;
  readonly used: ReadonlySet<Option>;
  /** The environments that were chosen before. */
  readonly chosen: readonly string[];
}

function findPlace(program: Command, before: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let position = 0;
  let isLiteral = false;
  const used = new Set<Option>();
  const chosen: string[] = [];
  for (const word of before) {
    if (!isLiteral && word.startsWith('-') && (option === undefined || !option.required || option.variadic)) {
      isLiteral = word === '--';
      const [flag, value] = splitFlag(word);
      const named = optionsOf(command).find(({ long, short }) => flag === long || flag === short);
      if (named !== undefined) used.add(named);
      if (named?.long === '--env' && value !== undefined) chosen.push(value);
      option = named !== undefined && !named.isBoolean() && value === undefined ? named : undefined;
    } else if (option !== undefined) {
      if (option.long === '--env') chosen.push(word);
      if (!option.variadic) option = undefined;
    } else {
      // Help is asked about the commands of where it stands.
      if (position === 0 && word === 'help' && command.commands.length > 0) continue;
      const next = position === 0 && !isLiteral ? childOf(command, word) : undefined;
      if (next === undefined) position += 1;
      else command = next;
    }
  }
  const isSecondValue = option?.variadic === true && !before.at(-1)?.startsWith('-');
  return { command, option, mayBeOption: !isLiteral && (option?.required !== true || isSecondValue), position, used, chosen };
}

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

async function completeAt(place: Place, current: string, live: LiveValues): Promise<Completion> {
  const { command, option, mayBeOption, position, used } = place;
  if (mayBeOption && current.startsWith('-')) {
    const [flag, value] = splitFlag(current);
    const named = optionsOf(command).find(({ long }) => long === flag);
    if (value !== undefined && named !== undefined) return withPrefix(`${flag}=`, await valuesOf(named, live));
    return optionsOf(command)
      .filter((candidate) => candidate.variadic || !used.has(candidate))
      .map(({ long, short, description }) => ({ word: long ?? short ?? '', description }));
  }
  if (option !== undefined) return valuesOf(option, live);
  const help = command.createHelp();
  if (position === 0 && command.commands.length > 0) {
    return help.visibleCommands(command).map((child) => ({ word: child.name(), description: child.description() }));
  }
  const { registeredArguments } = command;
  const argument = registeredArguments[position] ?? registeredArguments.findLast(({ variadic }) => variadic);
  return argument === undefined ? [] : valuesOf(argument, live);
}

/** The options that help shows, `--help` among them. */
function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function splitFlag(word: string): [flag: string, value?: string] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function withPrefix(prefix: string, completion: Completion): Completion {
  return typeof completion === 'string' ? completion : completion.map(({ word, description }) => ({ word: prefix + word, description }));
}

/** The choices of an option or argument; or else, by the name of what it takes, what the fleet has. */
async function valuesOf(taker: Option | Argument, live: LiveValues): Promise<Completion> {
  const plain = (words: readonly string[]) => words.map((word) => ({ word, description: '' }));
  if (taker.argChoices !== undefined) return plain(taker.argChoices);
  const isOption = 'flags' in taker;
  const placeholder = isOption ? /[<[]([\w-]+)/.exec(taker.flags)?.[1] : taker.name();
  if (placeholder === 'file' || placeholder === 'files') return 'files';
  if (placeholder === 'folder') return 'folders';
  const source = live[isOption ? taker.attributeName() : taker.name()];
  return source === undefined ? [] : plain(await source());
}

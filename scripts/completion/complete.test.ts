import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { fleetwright, shell } from '../testing/command.ts';
import { anEstate, aProject, SMALL_ORG } from '../testing/project.ts';
import { complete } from './complete.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the program itself answers at the end of a line; what each word means is left out. */
function wordsAt(project: { readonly root: string }, line: string): string[] {
  const { code, stdout, stderr } = shell(project, `$FLEETWRIGHT __complete -- ${line}`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split('\t')[0] ?? '');
}

describe('What could stand at the cursor', { timeout: 60_000 }, () => {
  it('is every command that help shows, with what it does', () => {
    const help = fleetwright({ root: '/' }, '--help').stdout;
    const commands = [...(help.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name);
    expect(commands).toContain('doctor');
    expect(wordsAt({ root: '/' }, "''")).toEqual(commands);
    expect(shell({ root: '/' }, '$FLEETWRIGHT __complete -- syn').stdout).toBe(
      'synth\trender fleets, judge them and write the rendered tree\n',
    );
  });

  it.each([
    ['list --', ['--env', '--org', '--output', '--help']],
    ['list --output json --', ['--env', '--org', '--help']],
    ['list --o', ['--org', '--output']],
    ['list --output ""', ['table', 'json', 'yaml']],
    ['list --output=', ['--output=table', '--output=json', '--output=yaml']],
    ['list --output y', ['yaml']],
    ['completion ""', ['bash', 'zsh', 'fish']],
    ['help comp', ['completion']],
    ['synth --out ""', [':folders']],
    ['synth -- --', []],
    ['list ""', []],
    ['nothing-like-this ""', []],
    ['list --env ""', []],
  ])('after %s is %j, without a fleet', (line, words) => {
    expect(wordsAt({ root: '/' }, line)).toEqual(words);
  });

  it('is what the fleet has', () => {
    const estate = anEstate();
    expect(wordsAt(estate, 'list --env ""')).toEqual(['dev', 'prod', 'staging']);
    expect(wordsAt(estate, 'list --env=st')).toEqual(['--env=staging']);
    expect(wordsAt(estate, 'list --env dev --org ""')).toEqual(['factory', 'fleetwright', 'hello', 'lab']);
    expect(wordsAt(estate, 'list --env dev p')).toEqual(['prod']);
  });

  it('is what can be explained, whatever its stacks print', () => {
    const project = aProject(`\n  process.stdout.write('noise');${SMALL_ORG}`);
    expect(wordsAt(project, 'explain acme/w')).toEqual(['acme/web', 'acme/worker']);
    expect(wordsAt(project, 'explain dev/')).toEqual(['dev/acme', 'dev/acme/gateway', 'dev/acme/web', 'dev/acme/worker']);
    expect(wordsAt({ root: '/' }, 'explain FW_STACK')).toEqual(['FW_STACK_INVALID']);
    expect(wordsAt({ root: '/' }, 'explain image-d')).toEqual(['image-digest']);
  });

  it('is a tool of the catalogue', () => {
    const project = aProject();
    project.write('tools.yaml', readFileSync(join(ROOT, 'tools.yaml'), 'utf8'));
    project.write('tools.lock', readFileSync(join(ROOT, 'tools.lock'), 'utf8'));
    expect(wordsAt(project, 'tools update f')).toEqual(['filesystem']);
  });

  it('is an org of the chosen environments, or of all', () => {
    const project = aProject();
    project.environment('prod', ['acme', 'best']);
    expect(wordsAt(project, 'list --org ""')).toEqual(['acme', 'best']);
    expect(wordsAt(project, 'list --env dev --org ""')).toEqual(['acme']);
    expect(wordsAt(project, 'list --env=dev --org ""')).toEqual(['acme']);
  });

  it('is nothing, without a word of complaint, where files cannot be read', () => {
    const project = aProject();
    project.write('environments/dev.yaml', 'domain: [');
    expect(wordsAt(project, 'list --org ""')).toEqual([]);
    project.write('environments/De v.yaml', '');
    expect(wordsAt(project, 'list --env ""')).toEqual([]);
  });
});

describe('What a program takes', () => {
  const program = new Command('demo');
  program
    .command('sub')
    .alias('s')
    .addArgument(new Argument('<colour>').choices(['red', 'blue']))
    .argument('[free]')
    .option('-l, --loud', 'say more')
    .option('--file <file>')
    .option('--level [name]');
  program
    .command('many')
    .addArgument(new Argument('[colour...]').choices(['red', 'blue']))
    .addOption(new Option('--hidden').hideHelp())
    .addOption(new Option('--pick <x...>').choices(['a', 'b']));
  const wordsOf = async (...words: string[]) => {
    const completion = await complete(program, words);
    return typeof completion === 'string' ? completion : completion.map(({ word }) => word);
  };

  it.each([
    [
      ['sub', ''],
      ['red', 'blue'],
    ],
    [['s', 'b'], ['blue']],
    [['sub', 'red', ''], []],
    [
      ['sub', '--loud', ''],
      ['red', 'blue'],
    ],
    [
      ['sub', '-l', '--'],
      ['--file', '--level', '--help'],
    ],
    [['sub', '--file', ''], 'files'],
    [['sub', '--file', '-'], 'files'],
    [
      ['sub', '--level', '--'],
      ['--loud', '--file', '--help'],
    ],
    [['sub', '--file', 'x', 'red', 'free', ''], []],
    [
      ['many', 'red', 'blue', ''],
      ['red', 'blue'],
    ],
    [
      ['many', '--'],
      ['--pick', '--help'],
    ],
    [
      ['many', '--pick', 'a', ''],
      ['a', 'b'],
    ],
    [
      ['many', '--pick', 'a', '--'],
      ['--pick', '--help'],
    ],
    [
      ['many', '--', ''],
      ['red', 'blue'],
    ],
    [['constructor', ''], []],
  ])('is completed after %j by %j', async (words, expected) => {
    expect(await wordsOf(...words)).toEqual(expected);
  });
});

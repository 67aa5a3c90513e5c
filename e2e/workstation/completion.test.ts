import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../binaries/index.ts';
import { currentSession } from '../session.ts';
import { fetchWorkstation, type Workstation } from './debian.ts';
import { makeProject } from './project.ts';

const { run } = currentSession();
const PROJECT = join(run.path, 'completion');
let workstation: Workstation;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  workstation = await fetchWorkstation(join(import.meta.dirname, '..', '..', '.cache', 'e2e'));
  makeProject(PROJECT);
  mkdirSync(join(PROJECT, 'functions'));
  env = { ...workstation.env, HOME: PROJECT, PATH: `${join(PROJECT, 'bin')}:${process.env['PATH']}`, TERM: 'dumb', ZDOTDIR: PROJECT };
  for (const [shell, file] of [
    ['fish', 'completion.fish'],
    ['zsh', 'functions/_fleetwright'],
  ] as const) {
    const { stdout } = await runCommand(join(PROJECT, 'bin', 'fleetwright'), ['completion', shell]);
    writeFileSync(join(PROJECT, file), stdout);
  }
});

describe('fleetwright completion fish', () => {
  /** What fish itself offers at the end of a line. */
  async function offered(line: string): Promise<string[]> {
    const script = `set fish_function_path '${workstation.fishFunctions}'; source completion.fish; complete --do-complete '${line}'`;
    const { code, stdout, stderr } = await runCommand(workstation.fish, ['--no-config', '--command', script], { cwd: PROJECT, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').filter(Boolean);
  }

  it('completes as the program says', async () => {
    expect(await offered('fleetwright doct')).toEqual(['doctor\tlook at what a fleet needs around it, and say how to fix what is missing']);
    expect((await offered('fleetwright list --output ')).sort()).toEqual(['json', 'table', 'yaml']);
    expect((await offered('fleetwright list --output=')).sort()).toEqual(['--output=json', '--output=table', '--output=yaml']);
    expect((await offered('fleetwright list --env ')).sort()).toEqual(['dev', 'prod', 'staging']);
    expect(await offered('fleetwright list --env dev --org h')).toEqual(['hello']);
    expect(await offered('fleetwright list ')).toEqual([]);
  });

  it('leaves folders to fish', async () => {
    expect(await offered('fleetwright synth --out func')).toEqual([expect.stringMatching(/^functions\//)]);
    expect(await offered('fleetwright synth --out completion')).toEqual([]);
  });
});

describe('fleetwright completion zsh', () => {
  // The keys are pressed in an interactive zsh with a terminal of its own. Ctrl-T completes, and shows the line and what was listed.
  const rc = (load: string) => `
autoload -Uz compinit; ${load}
unsetopt prompt_cr prompt_sp beep; setopt auto_list; PS1='> '; LISTMAX=999
press() { zle complete-word; local line=$BUFFER; BUFFER=''; print -r -- "line<$line>" }
zle -N press; bindkey '^T' press
print RE""ADY
`;
  const driver = `zmodload zsh/zpty
zpty inner "$1 -d -i"
zpty -r inner out '*READY*'
for line in "\${@:2}"; do
  zpty -w -n inner "$line"$'\\024'
  zpty -r inner out '*line<*>*'
  print -r -- "$out"
done
zpty -d inner
`;

  /** The lines after the key was pressed, and all that was on the screen. */
  async function press(load: string, lines: readonly string[]): Promise<{ lines: string[]; screen: string }> {
    writeFileSync(join(PROJECT, '.zshenv'), workstation.zshenv);
    writeFileSync(join(PROJECT, '.zshrc'), rc(load));
    writeFileSync(join(PROJECT, 'driver.zsh'), driver);
    const { code, stdout, stderr } = await runCommand(workstation.zsh, ['-d', 'driver.zsh', workstation.zsh, ...lines], {
      cwd: PROJECT,
      env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return { lines: [...stdout.matchAll(/line<([^>]*)>/g)].map(([, line]) => line ?? ''), screen: stdout };
  }

  const ways = [
    ['in a folder of fpath', "fpath=('functions' $fpath); compinit -u -D"],
    ['sourced', 'compinit -u -D; source functions/_fleetwright'],
  ];
  it.each(ways)('completes as the program says, %s', async (_, load) => {
    const typed = [
      'doct',
      'list --output=j',
      'list --output j',
      'list --env sta',
      'list --env dev --org h',
      'synth --out func',
      'synth --dry',
      'synth --out completion.f',
    ];
    const { lines } = await press(
      load,
      typed.map((line) => `fleetwright ${line}`),
    );
    expect(lines.map((line) => line.replace(/^fleetwright /, '').trimEnd())).toEqual([
      'doctor',
      'list --output=json',
      'list --output json',
      'list --env staging',
      'list --env dev --org hello',
      'synth --out functions/',
      'synth --dry-run',
      'synth --out completion.f',
    ]);
  });

  it('lists what could be meant, with what it does', async () => {
    const { screen } = await press(ways[0]?.[1] ?? '', ['fleetwright d', 'fleetwright list --env ', 'nothing-more']);
    expect(screen).toMatch(/diff +-- compare fleets/);
    expect(screen).toMatch(/doctor +-- look at what/);
    expect(screen).toMatch(/dev +prod +staging/);
  });
});

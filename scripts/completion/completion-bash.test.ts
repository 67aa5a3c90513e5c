import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright } from '../testing/command.ts';
import { aProject, type Project } from '../testing/project.ts';

const CLI = join(import.meta.dirname, '..', 'fleetwright.js');

/** A project in which `fleetwright` is on the PATH, with the script of a shell. */
function aProjectWithScript(): Project {
  const project = aProject();
  project.environment('prod', ['acme']);
  project.write('bin/fleetwright', `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  chmodSync(join(project.root, 'bin/fleetwright'), 0o755);
  project.write('completion', fleetwright(project, 'completion bash').stdout);
  project.write('my files/a.txt', '');
  return project;
}

/** Calls the script as bash does when the Tab key is pressed: with the words as bash splits them, the last at the cursor. */
function pressTab(project: Project, words: readonly string[]): string[] {
  const line = `set -u; source ./completion
COMP_WORDS=(fleetwright "$@"); COMP_CWORD=$#
$(complete -p fleetwright | sed 's/.*-F \\([^ ]*\\).*/\\1/') fleetwright "\${COMP_WORDS[COMP_CWORD]}" ''
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', line, 'bash', ...words], {
    cwd: project.root,
    encoding: 'utf8',
    env: { PATH: `${join(project.root, 'bin')}:${process.env['PATH']}` },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean);
}

describe('fleetwright completion bash', { timeout: 60_000 }, () => {
  it('makes a script that bash takes, and that completes as the program says', () => {
    const project = aProjectWithScript();
    expect(pressTab(project, ['doc'])).toEqual(['doctor']);
    expect(pressTab(project, ['list', '--output', ''])).toEqual(['table', 'json', 'yaml']);
    expect(pressTab(project, ['list', '--env', ''])).toEqual(['dev', 'prod']);
    expect(pressTab(project, ['list', '--env', 'dev', '--org', 'a'])).toEqual(['acme']);
    expect(pressTab(project, ['synth', '--dry-run', '--ver'])).toEqual(['--verify']);
  });

  it('completes the value after an equals sign, which bash takes for a word', () => {
    const project = aProjectWithScript();
    expect(pressTab(project, ['list', '--output', '=', 'j'])).toEqual(['json']);
    expect(pressTab(project, ['list', '--output', '='])).toEqual(['table', 'json', 'yaml']);
  });

  it('leaves folders to bash', () => {
    const project = aProjectWithScript();
    expect(pressTab(project, ['synth', '--out', 'my'])).toEqual(['my files']);
    expect(pressTab(project, ['synth', '--out', '=', 'my'])).toEqual(['my files']);
    expect(pressTab(project, ['synth', '--out', 'comp'])).toEqual([]);
  });

  it('offers nothing where the program cannot say', () => {
    const project = aProjectWithScript();
    project.remove('bin/fleetwright');
    expect(pressTab(project, ['doc'])).toEqual([]);
  });
});

describe('fleetwright completion', { timeout: 60_000 }, () => {
  it.each([
    ['completion', "error: missing required argument 'shell'\n"],
    ['completion tcsh', "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n"],
  ])('ends with 2 for %s', (args, message) => {
    const { code, stdout, stderr } = fleetwright({ root: '/' }, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${message}Run it with --help to see what it takes.\n`);
  });

  it('says in its help how each script is installed, and hides what the scripts call', () => {
    const { stdout } = fleetwright({ root: '/' }, 'completion --help');
    for (const shell of ['bash', 'zsh', 'fish'])
      expect(stdout).toMatch(new RegExp(`^  ${shell} +fleetwright completion ${shell} > \\S+`, 'm'));
    expect(fleetwright({ root: '/' }, '--help').stdout).not.toContain('__complete');
  });
});

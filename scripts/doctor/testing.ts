import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, fleetwright } from '../testing/command.ts';
import { aProject, type Project } from '../testing/project.ts';
import type { Result } from './result.ts';

/** What every machine has here: Git, and what the stand-ins for programs are written with. */
const PROGRAMS = ['cat', 'git', 'sh', 'sleep'];

/** What a run of the doctor has left. */
export interface Examined extends Ended {
  readonly results: readonly Result[];
  /** What was found about one thing. */
  readonly of: (check: string) => Result | undefined;
}

/** Puts stand-ins for programs where the doctor looks for them: name → shell script. */
export function addPrograms(project: Project, programs: Readonly<Record<string, string>>): void {
  for (const [name, script] of Object.entries(programs)) {
    const file = join(pathOf(project), name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
}

/** A folder of the PATH with Git and nothing else that the doctor looks for, but for stand-ins. */
export function pathOf({ root }: Project): string {
  const folder = join(root, '.cache', 'bin');
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const program of PROGRAMS) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(folder, program));
  }
  return folder;
}

/** Runs the doctor in a project, with the project as home. */
export function examine(project: Project, args = '', env: Readonly<Record<string, string>> = {}): Examined {
  const ended = fleetwright(project, `doctor --output json ${args}`, { HOME: project.root, PATH: pathOf(project), ...env });
  const results = ended.stdout === '' ? [] : (JSON.parse(ended.stdout) as Result[]);
  return { ...ended, results, of: (name) => results.find(({ check }) => check === name) };
}

/** A project as it should be: rendered and committed. */
export function aHealthyProject(): Project {
  const project = aProject();
  project.write('.gitattributes', '* text=auto eol=lf\nrendered/** linguist-generated\n');
  project.write('.gitignore', '.cache/\n');
  const { code, stderr } = fleetwright(project, 'synth');
  if (code !== 0) throw new Error(stderr);
  git(project, 'init', '--quiet');
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message=all');
  return project;
}

/** Runs Git in a project. */
export function git({ root }: Project, ...args: readonly string[]): void {
  const author = { GIT_AUTHOR_EMAIL: 'a@example.com', GIT_AUTHOR_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a' };
  execFileSync('git', args, { cwd: root, env: { ...process.env, ...author, GIT_CONFIG_GLOBAL: '/dev/null' } });
}

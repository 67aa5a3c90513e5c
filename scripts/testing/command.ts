import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Project } from './project.ts';

/** The program itself. */
const CLI = join(import.meta.dirname, '..', 'fleetwright.js');

/** What a run has left. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a project as a user would: a process of its own, in a plain environment. */
export function fleetwright({ root }: Pick<Project, 'root'>, args: string, env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args.split(' ').filter(Boolean)], {
    cwd: root,
    encoding: 'utf8',
    env: plainEnvironment(env),
  });
  return { code: status, stdout, stderr };
}

/** Runs a line of shell, in which `$FLEETWRIGHT` is the command line. */
export function shell({ root }: Pick<Project, 'root'>, line: string, env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
    env: plainEnvironment({ FLEETWRIGHT: `${process.execPath} ${CLI}`, ...env }),
  });
  return { code: status, stdout, stderr };
}

/** Nothing of the test runner and of npm, and no one's Git configuration. */
function plainEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const author = { GIT_AUTHOR_EMAIL: 'a@example.com', GIT_AUTHOR_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a' };
  return { ...author, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', PATH: process.env['PATH'] ?? '', ...env };
}

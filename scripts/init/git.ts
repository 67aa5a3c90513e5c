import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { gitEnvironment } from '../git-environment.ts';
import { questions } from './questions.ts';

/** The URL of the repository whose top `folder` is, if it has one that Argo CD can use; whoever signs in by it is left out. */
export function originOf(folder: string): string | undefined {
  if (topOf(folder) !== folder) return undefined;
  const url = git(folder, ['remote', 'get-url', 'origin']).stdout.replace(/^(https:\/\/)[^/]*@/, '$1');
  return questions.repo.fits(url) ? url : undefined;
}

/** Makes a repository of `folder` unless it is within one. Answers with what is left to be done, if anything is. */
export function startRepository(folder: string): string | undefined {
  const top = topOf(folder);
  if (top === folder) return undefined;
  if (top !== undefined) {
    return `The folder is within the repository ${top}. Argo CD and the workflow look for their files at the top of one: move the folder out, and run 'git init' in it.`;
  }
  const { isMissing, code, stderr } = git(folder, ['init', '--quiet', '--initial-branch=main']);
  if (isMissing) return "Git is not installed: install it, and run 'git init --initial-branch=main' here.";
  return code === 0 ? undefined : `Git could not make a repository, so do it yourself: ${stderr}`;
}

/** The top of the repository around a folder. */
function topOf(folder: string): string | undefined {
  const { code, stdout } = git(folder, ['rev-parse', '--show-toplevel']);
  return code === 0 && stdout === realpathSync(folder) ? folder : stdout || undefined;
}

interface GitAnswer {
  readonly isMissing: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function git(folder: string, args: readonly string[]): GitAnswer {
  const { error, status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', env: gitEnvironment() });
  // Without an answer there is no Git.
  return { isMissing: error !== undefined, code: status, stdout: stdout?.trim() ?? '', stderr: stderr?.trim() ?? '' };
}

import { relative, resolve } from 'node:path';
import { COMMAND, plural } from '../print.ts';
import { notChecked, ok, problem, type Result, warning } from './result.ts';
import { type Answer, runProgram } from './run-program.ts';

const CHECKS = ['git repository', 'rendered tree in git', '.gitattributes'];

/** Whether Git is there, and keeps the rendered tree `out` as it was written. */
export async function checkGit(out: string): Promise<Result[]> {
  const version = await git('--version');
  if (version.outcome !== 'ended' || version.code !== 0) {
    const missing = problem('git', version.complaint, 'install Git: https://git-scm.com/downloads');
    return [missing, ...CHECKS.map((check) => notChecked(check, 'Git is missing'))];
  }
  const found = ok('git', version.stdout.replace(/^git version /, ''));
  const top = await git('rev-parse', '--show-toplevel');
  if (top.code !== 0) {
    const repository = problem(CHECKS[0] ?? '', top.complaint, "run 'git init --initial-branch=main', and commit the fleet");
    return [found, repository, ...CHECKS.slice(1).map((check) => notChecked(check, 'there is no repository'))];
  }
  return [found, await checkCommit(top.stdout), await checkTree(out), await checkAttributes(out)];
}

async function git(...args: readonly string[]): Promise<Answer> {
  return runProgram('git', args);
}

async function checkCommit(top: string): Promise<Result> {
  const head = await git('rev-parse', '--short', '--verify', 'HEAD');
  if (head.code === 0) return ok('git repository', `${top}, at ${head.stdout}`);
  return problem('git repository', `${top}, which has no commit yet`, "run 'git add --all' and 'git commit'");
}

async function checkTree(out: string): Promise<Result> {
  const [check, folder] = ['rendered tree in git', relative('', resolve(out)) || '.'];
  const tracked = await git('ls-files', '-z', '--', folder);
  const changed = await git('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', folder);
  if (tracked.code !== 0 || changed.code !== 0) {
    const { complaint } = tracked.code === 0 ? changed : tracked;
    return problem(check, complaint, 'keep the rendered tree in the repository of its stacks');
  }
  const commit = `run '${COMMAND} synth', 'git add ${folder}' and 'git commit'`;
  if (tracked.stdout === '') {
    const isIgnored = (await git('check-ignore', '--quiet', '--', `${folder}/_`)).code === 0;
    if (!isIgnored) return problem(check, `Git has no file of ${folder}, and Argo CD reads what Git has`, commit);
    return problem(check, `${folder} is ignored, and Argo CD reads what Git has`, `take ${folder} out of .gitignore, then ${commit}`);
  }
  const count = changed.stdout.split('\0').filter(Boolean).length;
  if (count === 0) return ok(check, `${plural(tracked.stdout.split('\0').filter(Boolean).length, 'file')}, all committed`);
  return warning(check, `${plural(count, 'file')} of ${folder} not committed`, `run 'git add ${folder}' and 'git commit'`);
}

/** What counts is what Git makes of all its attribute files. */
async function checkAttributes(out: string): Promise<Result> {
  const folder = relative('', resolve(out)) || '.';
  const answer = await git('check-attr', '-z', 'text', 'eol', 'linguist-generated', '--', `${folder}/_.yaml`);
  // A path, an attribute and its value, over and over.
  const fields = answer.stdout.split('\0');
  const value = (name: string) => fields[fields.indexOf(name) + 1];
  const missing: string[] = [];
  if (value('text') !== 'unset' && value('eol') !== 'lf') missing.push('may be given other line ends when it is checked out');
  if (!['set', 'true'].includes(value('linguist-generated') ?? '')) missing.push('is shown in full in every pull request');
  if (missing.length === 0) return ok('.gitattributes', `${folder} keeps its line ends and is marked as generated`);
  const fix = `run: echo '${folder}/** text eol=lf linguist-generated' >> .gitattributes`;
  return warning('.gitattributes', `${folder} ${missing.join(', and ')}`, fix);
}

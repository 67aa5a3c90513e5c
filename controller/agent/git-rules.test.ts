import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findGitProblem } from './tools/git-rules.ts';

/** What the work of agents needs. */
const NEEDED = [
  ['add', '.'],
  ['add', '-A'],
  ['branch', '-a'],
  ['branch', '-D', 'old'],
  ['checkout', '-b', 'work/1/count'],
  ['checkout', '-b', 'candidate/1', 'origin/main'],
  ['checkout', '--', 'a.txt'],
  ['commit', '-m', 'Fix ../x, /y and .git/z: https://example.org'],
  ['commit', '-am', 'Fix --output'],
  ['commit', '--amend', '--no-edit'],
  ['commit', '--allow-empty', '--message', 'a'],
  ['commit', '--message=-a', '--author=A <a@example.org>'],
  ['diff', '--stat', 'origin/main...HEAD'],
  ['diff', '--cached', '-U10', '--', 'a.txt'],
  ['fetch', '--prune', 'origin'],
  ['fetch', 'origin', 'main:refs/remotes/origin/main'],
  ['log', '--graph', '--oneline', '-5'],
  ['log', '-n', '3', '--format=%H %s', '--since=yesterday', 'HEAD~3..HEAD', '.gitignore'],
  ['ls-files', '-o', '--exclude-standard'],
  ['merge', '--no-ff', '-m', 'Merge', 'origin/work/1/count'],
  ['merge', '--abort'],
  ['mv', 'a.txt', '.github/b.txt'],
  ['pull', '--ff-only', 'origin', 'main'],
  ['push', '-u', 'origin', 'HEAD'],
  ['push', 'origin', 'HEAD:work/1'],
  ['reset', '--hard', 'HEAD~1'],
  ['rev-parse', '--abbrev-ref', 'HEAD'],
  ['show', 'HEAD:a/b.txt'],
  ['show', '--name-only', 'HEAD'],
  ['status', '--short', '-b'],
  ['switch', '-c', 'x'],
  ['tag', '-a', 'v1', '-m', 'Version 1'],
];

describe('The rules of git', () => {
  it.each(NEEDED.map((args) => [args.join(' '), args] as const))('let it do git %s', (_, args) => {
    expect(findGitProblem(args, tmpdir())).toBeUndefined();
  });

  it('say which options there are', () => {
    expect(findGitProblem(['mv', '--sparse', 'a', 'b'], tmpdir())).toBe(
      "git mv may not be given '--sparse'; it may be given --dry-run, --force, --verbose",
    );
  });
});

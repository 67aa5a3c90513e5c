import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDrift, findUnstableOutput, type Synthesize } from './rendered-tree.ts';
import { runCommand } from './run-command.ts';
import { aRepository } from './testing.ts';

describe('findUnstableOutput', () => {
  it('is content when both trees hold the same bytes', async () => {
    expect(await findUnstableOutput(writing(() => ({ 'dev/a.yaml': 'kind: A\n' })))).toEqual([]);
  });

  it('finds bytes that differ, and files of one tree only', async () => {
    let run = 0;
    const synthesize = writing(() => ({ 'dev/a.yaml': 'same\n', 'dev/b.yaml': `${++run}\n`, [`dev/${run}.yaml`]: '' }));
    expect(await findUnstableOutput(synthesize)).toEqual([
      'dev/1.yaml: only in the first folder',
      'dev/2.yaml: only in the second folder',
      'dev/b.yaml: the bytes differ',
    ]);
  });

  it('finds output that depends on the time zone', async () => {
    expect(await findUnstableOutput(writing((env) => ({ 'a.yaml': env['TZ'] ?? '' })))).toEqual(['a.yaml: the bytes differ']);
  });

  it('does not pass when nothing was written', async () => {
    expect(await findUnstableOutput(writing(() => ({})))).toEqual(['synth wrote no file']);
  });

  it('passes failures on', async () => {
    expect(await findUnstableOutput(async () => Promise.resolve(['synth ended with 2']))).toEqual([
      'synth ended with 2',
      'synth ended with 2',
    ]);
  });
});

describe('findDrift', () => {
  it('is content when nothing changes, and when what changes is staged', async () => {
    const root = await aCommittedTree();
    expect(
      await findDrift(
        root,
        writing(() => ({ 'a.yaml': 'one\n' })),
      ),
    ).toEqual([]);
    await git(root, 'rm', '--cached', '-q', 'rendered/a.yaml');
    appendFileSync(join(root, 'rendered/a.yaml'), 'two\n');
    await git(root, 'add', 'rendered');
    expect(await findDrift(root, async () => Promise.resolve([]))).toEqual([]);
  });

  it('finds a file that changes', async () => {
    const problems = await findDrift(
      await aCommittedTree(),
      writing(() => ({ 'a.yaml': 'two\n' })),
    );
    expect(problems[0]).toBe('rendered/ is not what the stacks and environments say; commit what synth has written:');
    expect(problems[1]).toContain('rendered/a.yaml | 2 +-');
    expect(problems).toHaveLength(2);
  });

  it('finds a file that Git does not know, even an ignored one', async () => {
    const root = await aCommittedTree();
    const problems = await findDrift(
      root,
      writing(() => ({ 'b.log': '' })),
    );
    expect(problems).toEqual(['rendered/ holds files that Git does not know; add them:', 'rendered/b.log\n']);
  });

  it('does not pass outside of a Git repository', async () => {
    expect(await findDrift(aRepository({ 'rendered/a.yaml': '' }), async () => Promise.resolve([]))).not.toEqual([]);
  });
});

/** A command line that writes these files. */
function writing(filesFor: (env: Readonly<Record<string, string>>) => Readonly<Record<string, string>>): Synthesize {
  return async (folder, env) => {
    for (const [file, text] of Object.entries(filesFor(env))) {
      mkdirSync(join(folder, 'dev'), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    mkdirSync(folder, { recursive: true });
    return Promise.resolve([]);
  };
}

async function aCommittedTree(): Promise<string> {
  const root = aRepository({ 'rendered/a.yaml': 'one\n', '.gitignore': '*.log\n' });
  await git(root, 'init', '-q');
  await git(root, 'add', '.');
  await git(root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-q', '-m', 'one');
  return root;
}

async function git(root: string, ...words: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(['git', ...words], { root });
  expect(code, output).toBe(0);
}

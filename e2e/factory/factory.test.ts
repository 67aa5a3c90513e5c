import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentSession, measure } from '../session.ts';
import { Laptop } from './laptop.ts';

const { run } = currentSession();

function git(repository: string, ...args: string[]): string {
  return execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
}

describe('The factory', () => {
  let laptop: Laptop;
  let steps: Record<string, string>;
  let product: string;

  const endOf = async (step: string) => laptop.end(steps[step] ?? '');
  const below = async (step: string) => laptop.below(steps[step] ?? '');

  beforeAll(async () => {
    laptop = await Laptop.start(join(run.path, 'factory'));
  });

  afterAll(async () => {
    await laptop.stop();
  });

  it('merges nothing when a person says no', async () => {
    steps = await laptop.begin('Something that nobody wants');
    expect(await laptop.answer(steps['merge'] ?? '', false)).toMatchObject({
      kind: 'approval',
      text: expect.stringContaining('into main?'),
    });
    expect(await endOf('merge')).toMatchObject({ state: 'cancelled', reason: 'not-approved' });
    expect(await endOf('review')).toMatchObject({ state: 'succeeded', result: { approved: true } });
    expect(git(laptop.repository, 'log', '--format=%s', 'main')).toBe('Begin\n');
  });

  it('brings an idea to a merge when a person says yes', async () => {
    const begin = performance.now();
    steps = await laptop.begin('A program that counts words');
    await laptop.asked(steps['merge']);
    const shown = await laptop.command('approve');
    const branch = ((await endOf('review')).result as { branch: string }).branch;
    expect(shown).toContain('task   Merge: A program that counts words (integrator)\n');
    expect(shown).toContain(`branch ${branch}\n`);
    const change = / change (git -C \S+ diff HEAD\.\.\.\S+)\n/.exec(shown)?.[1] ?? '';
    expect(execFileSync('sh', ['-c', `${change} --stat`], { encoding: 'utf8' })).toMatch(/ main\.mjs .*\+/);
    await laptop.answer(steps['merge'] ?? '', true);
    expect(await endOf('merge')).toMatchObject({ state: 'succeeded', result: { merged: true } });
    measure(run, { subject: 'factory', what: 'seconds from idea to merge', value: ((performance.now() - begin) / 1000).toFixed(1) });
  });

  it('has had two developers at work at the same time, each on a branch of its own', async () => {
    const parts = await below('build');
    expect(parts.map(({ agent, state }) => `${agent} ${state}`)).toEqual(['developer succeeded', 'developer succeeded']);
    const begun = await Promise.all(parts.map(async ({ id }) => laptop.begun(id)));
    const ended = parts.map(({ endedAt = '' }) => Date.parse(endedAt));
    expect(Math.max(...begun)).toBeLessThan(Math.min(...ended));
    const branches = (await endOf('build')).result as { branches: string[] };
    expect(new Set(branches.branches)).toHaveProperty('size', 2);
    for (const branch of branches.branches) expect(git(laptop.repository, 'log', '-1', '--format=%an', branch)).toBe('developer\n');
  });

  it('has given a test that really failed back to a developer, with its output', async () => {
    const [repair, ...others] = await below('test');
    expect(others).toEqual([]);
    expect(repair).toMatchObject({ agent: 'developer', title: 'Repair what fails', state: 'succeeded' });
    expect(JSON.stringify(repair?.input)).toMatch(/✖ finds no word in an empty file/);
    expect(await endOf('test')).toMatchObject({ state: 'succeeded', result: { tests: 'passed', sentBack: 1 } });
  });

  it('has given what the reviewer missed back, once', async () => {
    expect(await below('review')).toMatchObject([{ agent: 'developer', title: 'Write down how it is used', state: 'succeeded' }]);
  });

  it('has a history of branches and merges', () => {
    const graph = git(laptop.repository, 'log', '--graph', '--format=%s', 'main');
    console.log(graph);
    const merges = git(laptop.repository, 'log', '--merges', '--format=%s', 'main').trim().split('\n');
    expect(merges).toEqual(['Merge: A program that counts words', 'Merge the repair', 'Merge the command line', 'Merge the counting']);
    expect(git(laptop.repository, 'log', '--format=%s', 'main')).toContain('Repair what fails');
  });

  it('has made a program that works, and passes its own tests', () => {
    product = join(run.path, 'product');
    execFileSync('git', ['clone', '--quiet', laptop.repository, product]);
    const count = (input: string, ...files: string[]) =>
      spawnSync(process.execPath, ['main.mjs', ...files], { cwd: product, input, encoding: 'utf8' }).stdout;
    expect(count('')).toBe('0 0 0\n');
    expect(count('to be or\nnot to be\n')).toBe('2 6 19\n');
    expect(count('', 'USAGE.md')).toMatch(/^\d+ \d+ \d+ USAGE\.md\n$/);
    expect(readdirSync(product).filter((name) => name.endsWith('.test.mjs'))).toHaveLength(3);
    const env = { PATH: process.env['PATH'] };
    expect(spawnSync(process.execPath, ['--test'], { cwd: product, env, encoding: 'utf8' }).status).toBe(0);
  });

  it('brings a second idea to a merge too, on top of what the first one made', async () => {
    const following = laptop.command('new', 'A program that counts more words', '--follow');
    const { id } = await laptop.asked();
    await laptop.command('approve', id);
    const told = await following;
    const look = /\nThe repository is (\S+)\. See what was done:\n {2}(git -C \S+ log --graph --oneline --all)\n$/.exec(told);
    expect(look?.[1]).toBe(laptop.repository);
    expect(execFileSync('sh', ['-c', look?.[2] ?? 'false'], { encoding: 'utf8' })).toContain('Merge: A program that counts more words');
    expect(git(laptop.repository, 'log', '-1', '--format=%s', 'main')).toBe('Merge: A program that counts more words\n');
  });

  it('says wherever it shows something that no model has thought', async () => {
    expect(await laptop.log(steps['merge'] ?? '')).toContain('scripted model: no model thinks here');
    const usage = JSON.stringify(await laptop.usage());
    expect(usage).toContain('"model":"scripted"');
    expect(usage).not.toContain('"model":"strong"');
  });

  it('ends in order', async () => {
    expect(await laptop.stop()).toBe(0);
  });
});

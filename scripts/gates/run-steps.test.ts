import { describe, expect, it } from 'vitest';
import { runSteps, type StepResult } from './run-steps.ts';
import type { Step } from './steps.ts';

describe('runSteps', () => {
  it('runs all steps, also after one has failed, and answers in order', async () => {
    const seen: string[] = [];
    const results = await run([[step('a', 20, ['wrong']), step('b', 0)], [step('c', 0)]], ({ name }) => seen.push(name));
    expect(results.map(({ name, problems }) => [name, problems])).toEqual([
      ['a', ['wrong']],
      ['b', []],
      ['c', []],
    ]);
    expect(seen).toEqual(['b', 'a', 'c']);
  });

  it('fails a step that throws', async () => {
    const broken: Step = { name: 'a', findProblems: async () => Promise.reject(new Error('no such file')) };
    const [result] = await run([[broken]]);
    expect(result?.problems[0]).toContain('Error: no such file');
  });

  it('runs no more steps at a time than there are lanes', async () => {
    let running = 0;
    let most = 0;
    const counting: Step = {
      name: 'a',
      findProblems: async () => {
        most = Math.max(most, ++running);
        await new Promise((done) => setTimeout(done, 5));
        running--;
        return [];
      },
    };
    await run([[counting, counting, counting, counting]]);
    expect(most).toBe(2);
  });
});

async function run(groups: readonly (readonly Step[])[], onResult: (result: StepResult) => void = () => undefined): Promise<StepResult[]> {
  return runSteps(groups, { root: '.', lanes: 2, onResult });
}

function step(name: string, milliseconds: number, problems: readonly string[] = []): Step {
  const findProblems = async (): Promise<readonly string[]> => new Promise((done) => setTimeout(() => done(problems), milliseconds));
  return { name, findProblems };
}

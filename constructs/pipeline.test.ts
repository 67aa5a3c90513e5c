import { describe, expect, it } from 'vitest';
import { anAgent, anOrg } from '../test/builders.ts';
import { type Agent, Budget, Duration, InvalidPropsError, type Org, Pipeline, type PipelineStep, usd } from './index.ts';

const step = (by: Agent, more: Partial<PipelineStep> = {}): PipelineStep => ({ id: 'plan', by, title: 'Plan', ...more });

function build(make: (ada: Agent, org: Org) => readonly PipelineStep[]): Pipeline {
  const org = anOrg();
  return new Pipeline(org, 'idea', { steps: make(anAgent(org, 'ada'), org) });
}

function problemsOf(make: (ada: Agent, org: Org) => unknown): string[] {
  try {
    build(make as (ada: Agent, org: Org) => readonly PipelineStep[]);
  } catch (error) {
    if (error instanceof InvalidPropsError) return error.problems.map(({ prop, must }) => `${prop} must ${must}`);
    throw error;
  }
  return [];
}

describe('Pipeline', () => {
  it('holds its steps as they were given, whatever becomes of the list', () => {
    const org = anOrg();
    const ada = anAgent(org, 'ada');
    const steps = [step(ada), step(ada, { id: 'build', needs: ['plan'] })];
    const pipeline = new Pipeline(org, 'idea', { steps });
    steps.pop();
    expect(pipeline.steps.map(({ id }) => id)).toEqual(['plan', 'build']);
    expect(Object.isFrozen(pipeline.steps[0])).toBe(true);
  });

  it('knows the names of its steps when it is compiled', () => {
    const org = anOrg();
    const by = anAgent(org, 'ada');
    const make = () =>
      new Pipeline(org, 'idea', {
        steps: [
          { id: 'plan', by, title: 'Plan' },
          // @ts-expect-error -- there is no such step
          { id: 'build', by, title: 'Build', needs: ['plna'] },
        ],
      });
    expect(make).toThrow(
      "test/acme/idea cannot be built:\n  - 'steps[1].needs' must be ids of steps of this pipeline, got 'plna'; did you mean 'plan'? [FW_INVALID_PROPS]",
    );
  });

  it.each([
    ['a step that waits for itself', [['a', ['a']]], ['a']],
    [
      'two that wait for each other',
      [
        ['a', ['b']],
        ['b', ['a']],
      ],
      ['a', 'b'],
    ],
    [
      'a circle behind a line',
      [
        ['a', []],
        ['b', ['a', 'd']],
        ['c', ['b']],
        ['d', ['c']],
        ['e', []],
      ],
      ['b', 'c', 'd'],
    ],
  ] as const)('refuses %s', (_, graph, stuck) => {
    const make = () => build((ada) => graph.map(([id, needs]) => step(ada, { id, needs })));
    const names = stuck.map((id) => `'${id}'`).join(', ');
    expect(make).toThrow(`test/acme/idea cannot be built:\n  - 'steps' must not wait for each other, got [ ${names} ] [FW_INVALID_PROPS]`);
  });

  it('takes a step that two others wait for, and one that waits for both', () => {
    const steps = (ada: Agent) => [
      step(ada, { id: 'd', needs: ['b', 'c'] }),
      step(ada, { id: 'b', needs: ['a'] }),
      step(ada, { id: 'c', needs: ['a'] }),
      step(ada, { id: 'a' }),
    ];
    expect(problemsOf(steps)).toEqual([]);
  });

  it('takes everything that a step may say', () => {
    const full = (ada: Agent) => [
      step(ada),
      {
        id: 'merge',
        by: ['git', 'review'],
        title: 'Merge',
        instructions: 'Merge it.',
        needs: ['plan'],
        onFailure: 'skip',
        attempts: 2,
        deadline: Duration.minutes(5),
        budget: Budget.perTask(usd(1)),
        approval: { reason: 'Merge into main?', timeout: Duration.hours(4) },
        subTasks: { count: 5, depth: 2, parallel: 3, budget: usd(3) },
      },
    ];
    expect(problemsOf(full)).toEqual([]);
  });

  it.each([
    ['no steps', () => [], 'steps must be a list of 1 to 100 steps'],
    [
      'too many steps',
      (ada: Agent) => Array.from({ length: 101 }, (_, i) => step(ada, { id: `s${i}` })),
      'steps must be a list of 1 to 100 steps',
    ],
    ['no list', () => undefined, 'steps must be a list of 1 to 100 steps'],
    ['an id that is no name', (ada: Agent) => [step(ada, { id: 'Plan it' })], /^steps\[0\]\.id must be 1 to 48 characters/],
    ['an id twice', (ada: Agent) => [step(ada), step(ada)], 'steps[1].id must be of one step only'],
    [
      'a need twice',
      (ada: Agent) => [step(ada), step(ada, { id: 'b', needs: ['plan', 'plan'] })],
      'steps[1].needs must name each step once',
    ],
    ['needs that are no list', (ada: Agent) => [step(ada, { needs: 'plan' as never })], 'steps[0].needs must be a list of ids of steps'],
    ['nobody', () => [{ id: 'plan', title: 'Plan' }], 'steps[0].by must be an Agent'],
    ['the name of an agent', (ada: Agent) => [step(ada, { by: 'ada' as never })], 'steps[0].by must be an Agent'],
    ['no skill', (ada: Agent) => [step(ada, { by: [] })], 'steps[0].by must be an Agent, or at least one skill'],
    [
      'a skill that is no name',
      (ada: Agent) => [step(ada, { by: ['Type Script'] })],
      "steps[0].by must be at most 32 skills, each once, of a-z, 0-9 and '-'",
    ],
    ['no title', (ada: Agent) => [step(ada, { title: ' ' })], 'steps[0].title must say in one line what it is'],
    [
      'a title of two lines',
      (ada: Agent) => [step(ada, { title: 'a\nb' })],
      'steps[0].title must be one line of at most 200 characters that all can be seen',
    ],
    [
      'long instructions',
      (ada: Agent) => [step(ada, { instructions: 'x'.repeat(16_385) })],
      'steps[0].instructions must be a text of at most 16384 characters',
    ],
    [
      'instructions with NUL',
      (ada: Agent) => [step(ada, { instructions: 'a\0' })],
      'steps[0].instructions must hold no NUL and no half of a surrogate pair',
    ],
    [
      'instructions with half of a surrogate pair',
      (ada: Agent) => [step(ada, { instructions: 'a\ud800' })],
      'steps[0].instructions must hold no NUL and no half of a surrogate pair',
    ],
    [
      'an agent of another org',
      () => [step(anAgent(anOrg(), 'eve'))],
      'steps[0].by must stand in the same org, as no org reaches into another',
    ],
    ['an id that is no text', (ada: Agent) => [step(ada, { id: ['plan'] as never })], /^steps\[0\]\.id must be 1 to 48 characters/],
    [
      'a hole among the skills',
      (ada: Agent) => [step(ada, { by: Array(1) as never })],
      "steps[0].by must be at most 32 skills, each once, of a-z, 0-9 and '-'",
    ],
    [
      'an unknown word',
      (ada: Agent) => [step(ada, { onFailure: 'ignore' as never })],
      "steps[0].onFailure must be one of 'cancel', 'skip', 'run'",
    ],
    ['no attempt', (ada: Agent) => [step(ada, { attempts: 0 })], 'steps[0].attempts must be a whole number from 1 to 100'],
    [
      'half a second',
      (ada: Agent) => [step(ada, { deadline: Duration.millis(500) })],
      'steps[0].deadline, in seconds, must be a whole number from 1 to 7776000',
    ],
    ['a deadline that is a number', (ada: Agent) => [step(ada, { deadline: 5 as never })], 'steps[0].deadline must be a Duration'],
    [
      'a budget for a day',
      (ada: Agent) => [step(ada, { budget: Budget.perDay(usd(1)) as never })],
      'steps[0].budget must be a Budget.perTask',
    ],
    [
      'an approval without a reason',
      (ada: Agent) => [step(ada, { approval: { reason: '' } })],
      'steps[0].approval.reason must say what a person is asked to agree to',
    ],
    [
      'an approval for ever',
      (ada: Agent) => [step(ada, { approval: { reason: 'x', timeout: Duration.days(91) } })],
      'steps[0].approval.timeout, in seconds, must be a whole number from 1 to 7776000',
    ],
    ['limits without a count', (ada: Agent) => [step(ada, { subTasks: {} as never })], 'steps[0].subTasks.count must be set'],
    [
      'too deep sub-tasks',
      (ada: Agent) => [step(ada, { subTasks: { count: 1, depth: 17 } })],
      'steps[0].subTasks.depth must be a whole number from 1 to 16',
    ],
    [
      'a budget of sub-tasks that is a number',
      (ada: Agent) => [step(ada, { subTasks: { count: 1, budget: 5 as never } })],
      'steps[0].subTasks.budget must be an Usd',
    ],
    ['an unknown prop', (ada: Agent) => [{ ...step(ada), need: [] }], 'steps[0].need must be left out, as there is no such prop'],
  ])('refuses %s', (_, make, problem) => {
    const found = problemsOf(make);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it('tells all that is wrong at once, each with its place', () => {
    expect(problemsOf((ada) => [step(ada, { title: '' }), step(ada, { id: 'b', attempts: 0.5 })])).toHaveLength(2);
  });
});

import { expect, it } from 'vitest';
import type { Claim, Fleet, FleetOrg, Question, Run } from '../contract/wire/index.ts';
import { CONTRACT_VERSION } from '../contract/wire/index.ts';
import { prune } from './background.ts';
import { Pipelines } from './pipelines.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const AGENTS: FleetOrg['agents'] = {
  coder: { mode: 'pool', skills: ['typescript'] },
  reviewer: { mode: 'pool', skills: ['review', 'typescript'] },
};

const IDEA: NonNullable<FleetOrg['pipelines']>[string] = {
  steps: [
    { id: 'specify', agent: 'coder', title: 'Specify', instructions: 'Ask what is meant.' },
    { id: 'build', skills: ['typescript'], title: 'Build', needs: ['specify'], attempts: 1, subTasks: { count: 2 } },
    { id: 'notes', agent: 'coder', title: 'Write notes', needs: ['build'], onFailure: 'run' },
    { id: 'merge', skills: ['review'], title: 'Merge', needs: ['build'], approval: { reason: 'Merge into main?', timeoutSeconds: 60 } },
  ],
};

const PIPELINES: NonNullable<FleetOrg['pipelines']> = {
  idea: IDEA,
  gated: { steps: [{ id: 'deploy', agent: 'coder', title: 'Deploy', approval: { reason: 'Deploy?', timeoutSeconds: 60 } }] },
  impossible: {
    steps: [
      { id: 'draw', agent: 'coder', title: 'Draw' },
      { id: 'paint', skills: ['painting'], title: 'Paint' },
    ],
  },
};

function pipelinesOf({ dispatcher, name }: TestOrg): Pipelines {
  const fleet: Fleet = { contract: CONTRACT_VERSION, orgs: { [name]: { agents: AGENTS, pipelines: PIPELINES } } };
  return new Pipelines(dispatcher, fleet);
}

async function see(org: TestOrg, run: string): Promise<Run> {
  const seen = await pipelinesOf(org).see(org.name, run);
  if (seen === undefined) throw new Error(`There is no run ${run}`);
  return seen;
}

/** State of each step: `merge waiting question`. */
async function stand(org: TestOrg, run: string): Promise<string[]> {
  const { state, steps } = await see(org, run);
  return [
    state,
    ...steps.map(({ step, state: of, waitsFor, reason }) => [step, of, waitsFor, reason].filter((text) => text !== undefined).join(' ')),
  ];
}

async function work(org: TestOrg, agent: string, outcome: 'succeeded' | 'failed' = 'succeeded'): Promise<Claim> {
  const claim = await org.claimOne(agent);
  const report = outcome === 'succeeded' ? { outcome, result: `result of ${claim.title}` } : { outcome, reason: 'It broke' };
  await org.dispatcher.complete({ fence: claim.fence, ...report });
  return claim;
}

async function questionsOf(org: TestOrg): Promise<Question[]> {
  return org.reads.questions(org.name, { open: true, limit: 10 });
}

describeStores('A pipeline', (makeOrg) => {
  const anOrg = async () => makeOrg({ agents: AGENTS, pipelines: PIPELINES });
  const start = async (org: TestOrg, pipeline = 'idea', key?: string) =>
    pipelinesOf(org).start(
      org.name,
      pipeline,
      { title: 'A login page', input: { idea: 'log in' }, ...(key === undefined ? {} : { key }) },
      'ann',
    );

  it('is run step by step, each with the input of the run and the results of what it needed', async () => {
    const org = await anOrg();
    const { run, tasks, created } = await start(org);
    expect([created, tasks.map(({ step }) => step)]).toEqual([true, ['specify', 'build', 'notes', 'merge']]);
    expect(await stand(org, run)).toEqual([
      'running',
      'specify queued',
      'build waiting needs',
      'notes waiting needs',
      'merge waiting needs',
    ]);

    const specify = await work(org, 'coder');
    expect(specify).toMatchObject({ title: 'Specify: A login page', needs: [] });
    expect(specify.input).toEqual({
      pipeline: 'idea',
      run,
      step: 'specify',
      instructions: 'Ask what is meant.',
      input: { idea: 'log in' },
    });
    const build = (await see(org, run)).steps[1];
    const { needs, fence } = await org.claimOne(build?.agent);
    expect(needs).toEqual([{ task: tasks[0]?.id, as: 'specify', state: 'succeeded', result: 'result of Specify: A login page' }]);
    await org.dispatcher.schedule(org.name, { tasks: [{ agent: 'reviewer', title: 'A part' }] }, fence);
    await org.dispatcher.complete({ fence, outcome: 'succeeded', result: null });
    expect(await see(org, run)).toMatchObject({ title: 'A login page', pipeline: 'idea', startedBy: 'ann', state: 'running' });
  });

  it('waits for the yes of a person, and is cancelled by a no', async () => {
    const org = await anOrg();
    const [yes, no] = [await start(org, 'gated'), await start(org, 'gated')];
    expect(await org.claim()).toEqual([]);
    const [first, second, ...others] = await questionsOf(org);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ task: yes.tasks[0]?.id, kind: 'approval', text: 'Deploy?', state: 'open' });
    await org.dispatcher.answer(org.name, first?.id ?? '', { answer: { approved: true } }, 'bob');
    await org.dispatcher.answer(org.name, second?.id ?? '', { answer: { approved: false } }, 'bob');
    expect(await stand(org, no.run)).toEqual(['cancelled', 'deploy cancelled not-approved']);
    await work(org, 'coder');
    expect(await stand(org, yes.run)).toEqual(['succeeded', 'deploy succeeded']);
    expect(await org.counters()).toMatchObject({ ready: 0, queued: 0 });
  });

  it.each(['"yes"', 'true', '{"approved":"yes"}', 'null'])('takes nothing but a plain yes for one: %s', async (answer) => {
    const org = await anOrg();
    const { run } = await start(org, 'gated');
    const [question] = await questionsOf(org);
    await org.dispatcher.answer(org.name, question?.id ?? '', { answer: JSON.parse(answer) as unknown }, 'bob');
    expect(await stand(org, run)).toEqual(['cancelled', 'deploy cancelled not-approved']);
  });

  it('takes silence for a no', async () => {
    const org = await anOrg();
    const { run } = await start(org, 'gated');
    await org.passTime();
    expect(await stand(org, run)).toEqual(['cancelled', 'deploy cancelled not-approved']);
    expect(await org.claim()).toEqual([]);
  });

  it('asks again when a person retries what was not agreed to', async () => {
    const org = await anOrg();
    const { run, tasks } = await start(org, 'gated');
    await org.passTime();
    await org.dispatcher.retry(org.name, tasks[0]?.id ?? '', 'ann');
    expect(await org.claim()).toEqual([]);
    expect(await stand(org, run)).toEqual(['running', 'deploy waiting question']);
    const [question] = await questionsOf(org);
    await org.dispatcher.answer(org.name, question?.id ?? '', { answer: { approved: true } }, 'bob');
    await work(org, 'coder', 'failed');
    // What was agreed to stays so.
    await org.dispatcher.retry(org.name, tasks[0]?.id ?? '', 'ann');
    await work(org, 'coder');
    expect(await stand(org, run)).toEqual(['succeeded', 'deploy succeeded']);
  });

  it('asks only once everything that the step needs is there', async () => {
    const org = await anOrg();
    const { run } = await start(org);
    await work(org, 'coder');
    expect(await questionsOf(org)).toEqual([]);
    await work(org, (await see(org, run)).steps[1]?.agent ?? '');
    expect(await stand(org, run)).toEqual(['running', 'specify succeeded', 'build succeeded', 'notes queued', 'merge waiting question']);
    expect(await questionsOf(org)).toMatchObject([{ text: 'Merge into main?' }]);
  });

  it('says what becomes of a step whose need fails', async () => {
    const org = await anOrg();
    const { run } = await start(org);
    await work(org, 'coder');
    await work(org, (await see(org, run)).steps[1]?.agent ?? '', 'failed');
    expect(await stand(org, run)).toEqual([
      'running',
      'specify succeeded',
      'build failed It broke',
      'notes queued',
      'merge cancelled need-failed',
    ]);
    await work(org, 'coder');
    expect((await see(org, run)).state).toBe('failed');
    expect(await questionsOf(org)).toEqual([]);
  });

  it('is started as a whole or not at all', async () => {
    const org = await anOrg();
    await expect(start(org, 'impossible')).rejects.toMatchObject({ code: 'FW_SKILL_UNKNOWN', at: '/tasks/1/skills' });
    await expect(start(org, 'nothing')).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    await expect(start(org, 'constructor')).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    const big = { title: 'A run', input: 'x'.repeat(70_000) };
    await expect(pipelinesOf(org).start(org.name, 'idea', big, 'ann')).rejects.toMatchObject({ code: 'FW_TOO_LARGE' });
    expect((await org.reads.tasks(org.name, { limit: 10 })).items).toEqual([]);
    const [count] = await org.dispatcher.store.read('select to_json(count(*)::int) from run where org = $1', [org.name]);
    expect(count).toBe(0);
  });

  it('is the same run for the same key, however often it is started', async () => {
    const org = await anOrg();
    const all = await Promise.all(Array.from({ length: 16 }, async () => start(org, 'idea', 'issue-5')));
    expect(new Set(all.map(({ run }) => run)).size).toBe(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(all.every(({ tasks }) => tasks.length === 4)).toBe(true);
    expect((await org.reads.tasks(org.name, { limit: 100 })).items).toHaveLength(4);
    await expect(start(org, 'gated', 'issue-5')).rejects.toMatchObject({ code: 'FW_KEY_REUSED', at: '/key' });
  });

  it('is cancelled as a whole', async () => {
    const org = await anOrg();
    const { run } = await start(org);
    expect(await pipelinesOf(org).cancel(org.name, run, 'Not wanted')).toBe(4);
    expect((await see(org, run)).state).toBe('cancelled');
    expect(await pipelinesOf(org).cancel(org.name, run, 'Not wanted')).toBe(0);
    const other = await makeOrg();
    await expect(pipelinesOf(other).cancel(other.name, run, 'Mine now')).rejects.toMatchObject({ code: 'FW_NOT_FOUND' });
    expect(await pipelinesOf(other).see(other.name, run)).toBeUndefined();
  });

  it('is forgotten with its tasks', async () => {
    const org = await anOrg();
    const { run } = await start(org);
    await pipelinesOf(org).cancel(org.name, run, 'Not wanted');
    await org.dispatcher.store.read("update task set ended_at = ended_at - interval '2 days' where org = $1 returning null", [org.name]);
    await prune(org.dispatcher.store, 1);
    expect(await pipelinesOf(org).see(org.name, run)).toBeUndefined();
    expect(await org.dispatcher.store.read('select to_json(step) from run_step where run = $1', [run])).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import type { Claim, FleetOrg, Question } from '../contract/wire/index.ts';
import { doDueWork } from './background.ts';
import { describeStores, type TestOrg } from './testing/index.ts';

const SLOW = 30_000;
type Rules = NonNullable<FleetOrg['escalation']>;

/** An org whose agent has rules of its own. */
function ruled(rules: Rules, org: Rules = {}): Partial<FleetOrg> {
  return { escalation: org, agents: { coder: { mode: 'pool', attempts: 9, escalation: rules } } };
}

async function escalations(org: TestOrg, open = true): Promise<Question[]> {
  await doDueWork(org.dispatcher.store);
  return (await org.reads.questions(org.name, { open, limit: 99 })).filter(({ kind }) => kind === 'escalation');
}

/** Lets the org's attempts and approvals be so many seconds older. */
async function age(org: TestOrg, seconds: number): Promise<void> {
  const { store } = org.dispatcher;
  const older = (column: string) => `${column} = ${column} - make_interval(secs => ${seconds})`;
  await store.read(`update lease set ${older('since')}, ${older('look_at')} where org = $1 returning null`, [org.name]);
  await store.read(`update log set ${older('at')} where task in (select id from task where org = $1) returning null`, [org.name]);
  await store.read(`update event set ${older('at')} where org = $1 returning null`, [org.name]);
  await store.read(`update question set ${older('asked_at')} where org = $1 returning null`, [org.name]);
}

async function failOnce(org: TestOrg): Promise<void> {
  const { fence } = await org.claimOne();
  await org.dispatcher.complete({ fence, outcome: 'failed', reason: 'No tests pass', retry: true });
}

async function advise(org: TestOrg, answer: unknown): Promise<void> {
  const [asked] = await escalations(org);
  await org.dispatcher.answer(org.name, asked?.id ?? '', { answer }, 'ann');
}

describeStores('People are told', (anOrg) => {
  it('of a task that fails time after time, once', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ failures: 2 }));
    const task = await org.task();
    for (let failures = 0; failures < 4; failures += 1) {
      expect(await escalations(org)).toHaveLength(failures < 2 ? 0 : 1);
      await failOnce(org);
      await org.passTime();
    }
    expect(await escalations(org)).toMatchObject([
      {
        task,
        key: 'failing',
        text: "coder has failed at 'A task' 2 times: No tests pass",
        options: ['retry', 'cancel', 'continue'],
      },
    ]);
  });

  it('of the same cause never again once they have answered', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ failures: 1 }));
    await org.task();
    await failOnce(org);
    await advise(org, 'continue');
    await org.passTime();
    await failOnce(org);
    expect(await escalations(org)).toEqual([]);
  });

  it('of silence, by what the agent says or else its org', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({}, { silentSeconds: 60 }));
    const task = await org.task();
    const { fence } = await org.claimOne();
    await age(org, 50);
    await org.dispatcher.log(fence, [{ seq: 0, stream: 'stdout', text: 'still at it' }]);
    await age(org, 50);
    expect(await escalations(org)).toEqual([]);
    await org.dispatcher.events(fence, [{ seq: 1, kind: 'progress', data: 1 }]);
    await age(org, 50);
    await org.dispatcher.heartbeat({ fence });
    expect(await escalations(org)).toEqual([]);
    await age(org, 11);
    expect(await escalations(org)).toMatchObject([
      { task, key: 'silent/1', text: expect.stringMatching(/^coder has said nothing about 'A task' for 00:01:0\d$/) },
    ]);
    await age(org, 600);
    expect(await escalations(org)).toHaveLength(1);
  });

  it('of nobody who is told to rest', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ silentSeconds: 60 }));
    const task = await org.task();
    await org.claimOne();
    await org.dispatcher.rest(org.name, task, true);
    await age(org, 100);
    expect(await escalations(org)).toEqual([]);
  });

  it('of money, when most of the budget of a task is spent', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ spentPercent: 50 }));
    const task = await org.task({ budget: 1000 });
    const { fence } = await org.claimOne();
    await org.dispatcher.heartbeat({ fence, cost: 499 });
    expect(await escalations(org)).toEqual([]);
    await org.dispatcher.complete({ fence, outcome: 'returned', usage: [{ model: 'm', inputTokens: 0, outputTokens: 0, cost: 499 }] });
    const next = await org.claimOne();
    await org.dispatcher.heartbeat({ fence: next.fence, cost: 1 });
    expect(await escalations(org)).toMatchObject([{ task, key: 'spent', text: "coder has spent 50 % of the budget of 'A task'" }]);
    await org.dispatcher.heartbeat({ fence: next.fence, cost: 400 });
    expect(await escalations(org)).toHaveLength(1);
  });

  it('of an approval that nobody gives, until somebody does', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ approvalSeconds: 60 }));
    await org.task();
    const { fence } = await org.claimOne();
    const ask = { kind: 'approval', text: 'Merge?', subject: 'sha256:1' } as const;
    const [first, second] = [
      await org.dispatcher.ask(fence, { ...ask, key: 'merge' }),
      await org.dispatcher.ask(fence, { ...ask, key: 'again', timeoutSeconds: 90 }),
    ];
    expect(await escalations(org)).toEqual([]);
    await age(org, 61);
    const told = await escalations(org);
    expect(told.map(({ key }) => key).toSorted()).toEqual([`approval/${first}`, `approval/${second}`].toSorted());
    expect(told[0]?.text).toBe("coder wants to do something in 'A task' that needs an approval, and nobody has answered: Merge?");
    await org.dispatcher.answer(org.name, first, { answer: { approved: true }, subject: 'sha256:1' }, 'ann');
    expect((await escalations(org)).map(({ key }) => key)).toEqual([`approval/${second}`]);
    await org.passTime();
    expect(await escalations(org)).toEqual([]);
    await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'answers' } });
    expect((await org.claimOne()).answers).toHaveLength(2);
  });

  it('and no more once the work has ended', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ failures: 1 }));
    await org.task();
    await failOnce(org);
    await org.passTime();
    expect(await escalations(org)).toHaveLength(1);
    await org.succeed(await org.claimOne());
    expect(await escalations(org)).toEqual([]);
    expect(await escalations(org, false)).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('and what they answer is done, once', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ silentSeconds: 60, failures: 1 }));
    const task = await org.task();
    const silent = async (): Promise<Claim> => {
      const claim = await org.claimOne();
      await age(org, 61);
      return claim;
    };
    const first = await silent();
    await expect(advise(org, 'wait a bit')).rejects.toMatchObject({ code: 'FW_BODY_INVALID', at: '/answer' });
    await advise(org, 'retry');
    expect(await org.dispatcher.heartbeat({ fence: first.fence })).toEqual({ outcome: 'stale' });
    expect(await org.see(task)).toMatchObject({ state: 'queued', failures: 0 });
    const second = await silent();
    await advise(org, 'continue');
    expect(await org.dispatcher.heartbeat({ fence: second.fence })).toMatchObject({ outcome: 'held' });
    expect(await escalations(org)).toEqual([]);
    await org.dispatcher.complete({ fence: second.fence, outcome: 'failed', reason: 'No', retry: true });
    await advise(org, 'retry');
    expect(await org.states(task)).toEqual(['queued']);
    await silent();
    await advise(org, 'cancel');
    expect(await org.see(task)).toMatchObject({ state: 'cancelled', reason: 'Cancelled by ann' });
    const answers = (await escalations(org, false)).map(({ answer }) => String(answer));
    expect(answers.toSorted()).toEqual(['cancel', 'continue', 'retry', 'retry']);
  });

  it('and a dead task lives again by their answer', { timeout: SLOW }, async () => {
    const org = await anOrg({ agents: { coder: { mode: 'pool', attempts: 1 } } });
    const task = await org.task();
    await failOnce(org);
    await advise(org, 'retry');
    expect(await org.states(task)).toEqual(['queued']);
    await failOnce(org);
    await advise(org, 'cancel');
    expect(await org.states(task)).toEqual(['dead']);
  });

  it('and no agent waits for an answer to what it did not ask', { timeout: SLOW }, async () => {
    const org = await anOrg(ruled({ failures: 1 }));
    await org.task();
    await failOnce(org);
    await org.passTime();
    const { fence } = await org.claimOne();
    const question = await org.dispatcher.ask(fence, { key: 'colour', kind: 'question', text: 'Which?' });
    await org.dispatcher.complete({ fence, outcome: 'waiting', wait: { for: 'answers' } });
    await org.dispatcher.answer(org.name, question, { answer: 'blue' }, 'ann');
    expect((await org.claimOne()).answers).toMatchObject([{ key: 'colour' }]);
  });
});

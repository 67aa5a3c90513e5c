import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../contract/wire/index.ts';
import { describeStores } from './testing/index.ts';

const SLOW = 30_000;

describeStores('The dispatcher', (anOrg) => {
  describe('a task', () => {
    it('is scheduled, claimed, started, and ends once', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task({ input: { issue: 7, nothing: null } });
      expect(await org.states(task)).toEqual(['queued']);
      const claim = await org.claimOne();
      expect(claim).toMatchObject({
        fence: { task, attempt: 1 },
        input: { issue: 7, nothing: null },
        needs: [],
        answers: [],
        leaseSeconds: 30,
      });
      expect(await org.states(task)).toEqual(['claimed']);
      await org.dispatcher.start({ fence: claim.fence, worker: 'pod-1', session: 'session-1' });
      expect(await org.states(task)).toEqual(['running']);
      const report = { fence: claim.fence, outcome: 'succeeded', result: { url: null } } as const;
      expect(await org.dispatcher.complete(report)).toEqual({ outcome: 'recorded', state: 'succeeded' });
      expect(await org.see(task)).toMatchObject({
        state: 'succeeded',
        result: { url: null },
        session: 'session-1',
        attempt: 1,
        failures: 0,
      });
      expect(await org.history(task)).toEqual(['scheduled', 'claimed', 'started', 'ended']);
    });

    it('gives a repeated report the same answer and records nothing twice', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      const { fence } = await org.claimOne();
      const report = { fence, outcome: 'succeeded' } as const;
      const answers = await Promise.all([report, report, report].map(async (each) => org.dispatcher.complete(each)));
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['recorded', 'replayed', 'replayed']);
      expect(await org.dispatcher.complete({ fence, outcome: 'failed', reason: 'Changed my mind' })).toEqual({
        outcome: 'replayed',
        state: 'succeeded',
      });
      expect(await org.history(task)).toEqual(['scheduled', 'claimed', 'ended']);
      expect(await org.counters()).toMatchObject({ org: 0, agents: 0, ready: 0 });
    });

    it('is tried again when its lease is lost, and the old fence moves nothing', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      const lost = await org.claimOne();
      await org.loseLeases();
      expect(await org.see(task)).toMatchObject({ state: 'waiting', waitsFor: 'backoff', failures: 1 });
      expect(await org.dispatcher.heartbeat({ fence: lost.fence })).toEqual({ outcome: 'stale' });
      await org.passTime();
      const next = await org.claimOne();
      expect(next.fence).toMatchObject({ task, attempt: 2 });
      const stale = { fence: lost.fence, outcome: 'succeeded', result: 'late' } as const;
      expect(await org.dispatcher.complete(stale)).toEqual({ outcome: 'stale' });
      expect(await org.dispatcher.heartbeat({ fence: lost.fence })).toEqual({ outcome: 'stale' });
      const forged = { ...next.fence, token: lost.fence.token };
      expect(await org.dispatcher.heartbeat({ fence: forged })).toEqual({ outcome: 'stale' });
      expect(await org.dispatcher.complete({ ...stale, fence: forged })).toEqual({ outcome: 'stale' });
      await expect(org.dispatcher.start({ fence: lost.fence })).rejects.toMatchObject({ code: 'FW_FENCE_STALE' });
      await org.succeed(next, 'in time');
      expect((await org.see(task)).result).toBe('in time');
    });

    it('is dead after its attempts and tells people once', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task({ attempts: 2 });
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const { fence } = await org.claimOne();
        await org.dispatcher.complete({ fence, outcome: 'failed', reason: 'No tests pass', retry: true });
        await org.passTime();
      }
      expect(await org.see(task)).toMatchObject({ state: 'dead', failures: 2, reason: 'No tests pass' });
      expect(await org.claim()).toEqual([]);
      const questions = await org.reads.questions(org.name, { open: true, limit: 10 });
      expect(questions).toMatchObject([{ task, kind: 'escalation', text: "coder gave up on 'A task' after 2 attempts: No tests pass" }]);
    });

    it('goes back unharmed when it is returned', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task();
      const { fence } = await org.claimOne();
      expect(await org.dispatcher.complete({ fence, outcome: 'returned' })).toEqual({ outcome: 'recorded', state: 'waiting' });
      expect(await org.see(task)).toMatchObject({ state: 'queued', failures: 0 });
      expect((await org.claimOne()).fence).toMatchObject({ task, attempt: 2 });
    });

    it('keeps its lease by heartbeats, up to its deadline', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task({ deadlineSeconds: 1 });
      const claim = await org.claimOne();
      const answer = await org.dispatcher.heartbeat({ fence: claim.fence });
      if (answer.outcome === 'stale') throw new Error('The fence is stale');
      expect(answer.directive).toBe('continue');
      expect(Date.parse(answer.until)).toBeLessThanOrEqual(Date.parse(claim.leaseUntil));
    });

    it('is one task for 64 equal keys at once, and a reused key is refused', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const ids = await Promise.all(Array.from({ length: 64 }, async () => org.task({ key: 'delivery-1', input: { a: 1, b: 2 } })));
      expect(new Set(ids).size).toBe(1);
      expect(await org.task({ input: { b: 2, a: 1 }, key: 'delivery-1' })).toBe(ids[0]);
      await expect(org.task({ key: 'delivery-1', input: { a: 2 } })).rejects.toMatchObject({ code: 'FW_KEY_REUSED' });
      const other = await anOrg();
      expect(await other.task({ key: 'delivery-1', input: { a: 2 } })).not.toBe(ids[0]);
    });

    it('comes in order of priority, then age', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const low = await org.task({ priority: -1 });
      const first = await org.task();
      const second = await org.task();
      const high = await org.task({ priority: 5 });
      expect((await org.claimOne()).fence.task).toBe(high);
      expect((await org.claim(2)).map(({ fence }) => fence.task)).toEqual([first, second]);
      expect((await org.claimOne()).fence.task).toBe(low);
    });

    it('is not claimed before its time', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const task = await org.task({ notBefore: '2999-01-01T00:00:00Z' });
      expect(await org.see(task)).toMatchObject({ state: 'waiting', waitsFor: 'time' });
      await org.passTime();
      expect((await org.claimOne()).fence.task).toBe(task);
    });

    it('refuses what no task can be, in words', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const refusal = async (task: Parameters<typeof org.task>[0]) => {
        const error: unknown = await org.task(task).catch((reason: unknown) => reason);
        return error instanceof Refusal ? { code: error.code, message: error.message, at: error.at } : error;
      };
      expect(await refusal({ agent: 'painter' })).toEqual({
        code: 'FW_AGENT_UNKNOWN',
        message: `Org '${org.name}' has no agent 'painter'`,
        at: undefined,
      });
      expect(await refusal({ skills: ['paint'] })).toMatchObject({ code: 'FW_SKILL_UNKNOWN', at: '/tasks/0/skills' });
      expect(await refusal({ notBefore: '2026-13-01T00:00:00Z' })).toMatchObject({ code: 'FW_BODY_INVALID', at: '/tasks/0/notBefore' });
      expect(await refusal({ input: 'a\u0000b' })).toMatchObject({ code: 'FW_TEXT_INVALID', at: '/tasks/0/input' });
      expect(await refusal({ title: 'half \ud800' })).toMatchObject({ code: 'FW_TEXT_INVALID' });
      expect(await refusal({ input: 'x'.repeat(300_000) })).toMatchObject({ code: 'FW_TOO_LARGE' });
    });

    it('never fails because of another call in its batch', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const calls = [org.task(), org.task({ agent: 'painter' }), org.task({ input: '\\u0000 is fine' }), org.task({ skills: ['none'] })];
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    });
  });

  describe('admission', () => {
    it('never runs more than the org and the agent may', { timeout: SLOW }, async () => {
      const org = await anOrg({ maxRunning: 3, agents: { coder: { mode: 'pool', maxRunning: 2 }, tester: { mode: 'pool' } } });
      await Promise.all(Array.from({ length: 10 }, async (_, i) => org.task({ agent: i % 2 === 0 ? 'coder' : 'tester' })));
      const coding = await org.claim(10);
      const testing = await org.claim(10, 'tester');
      expect([coding.length, testing.length]).toEqual([2, 1]);
      await Promise.all(coding.map(async (claim) => org.succeed(claim)));
      expect((await org.claim(10)).length + (await org.claim(10, 'tester')).length).toBe(2);
    });

    it('leaves slots to others when an agent has as much as it may', { timeout: SLOW }, async () => {
      const org = await anOrg({ maxRunning: 4, agents: { coder: { mode: 'pool', maxRunning: 2 }, tester: { mode: 'pool' } } });
      await org.graph(...Array.from({ length: 6 }, () => ({})), { agent: 'tester' });
      expect(await org.claim(10)).toHaveLength(2);
      expect(await org.claim(10, 'tester')).toHaveLength(1);
    });

    it('hands out no task twice to 64 callers at once', { timeout: SLOW }, async () => {
      const org = await anOrg({ maxRunning: 40 });
      await Promise.all(Array.from({ length: 100 }, async () => org.task()));
      const claims = (await Promise.all(Array.from({ length: 64 }, async () => org.claim()))).flat();
      expect(new Set(claims.map(({ fence }) => fence.task)).size).toBe(claims.length);
      expect(claims.length).toBe(40);
    });

    it('stops for a pause and takes back what was admitted', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task();
      await org.dispatcher.hold(org.name, 'coder', true);
      expect(await org.claim()).toEqual([]);
      await org.dispatcher.hold(org.name, undefined, true);
      await org.dispatcher.hold(org.name, 'coder', false);
      expect(await org.claim()).toEqual([]);
      await org.dispatcher.hold(org.name, undefined, false);
      expect(await org.claim()).toHaveLength(1);
    });

    it('admits a backlog of any size when a pause ends', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.dispatcher.hold(org.name, undefined, true);
      await org.graph(...Array.from({ length: 600 }, () => ({})));
      await org.dispatcher.hold(org.name, undefined, false);
      expect(await org.claim(1000)).toHaveLength(600);
    });

    it('chooses by skills, then by load', { timeout: SLOW }, async () => {
      const skilled = (...skills: string[]) => ({ mode: 'pool', skills }) as const;
      const org = await anOrg({ agents: { a: skilled('code'), b: skilled('code', 'rust'), c: skilled('code', 'rust') } });
      const scheduled = await org.dispatcher.schedule(org.name, {
        tasks: Array.from({ length: 4 }, () => ({ skills: ['rust', 'code'], title: 'Port it' })),
      });
      expect(scheduled.map(({ agent }) => agent)).toEqual(['b', 'c', 'b', 'c']);
    });

    it('serves several agents in turn', { timeout: SLOW }, async () => {
      const org = await anOrg({ agents: { coder: { mode: 'job' }, tester: { mode: 'job' } } });
      await org.graph(...Array.from({ length: 50 }, () => ({})), { agent: 'tester' }, { agent: 'tester' });
      const claims = await org.dispatcher.claimFor([`${org.name}/coder`, `${org.name}/tester`], 4);
      expect(claims.map(({ agent }) => agent).sort()).toEqual(['coder', 'coder', 'tester', 'tester']);
      await Promise.all(claims.map(async (claim) => org.succeed(claim)));
      await org.graph({ agent: 'tester' }, { agent: 'tester' });
      const agents: string[] = [];
      for (let i = 0; i < 4; i += 1) {
        const [claim] = await org.dispatcher.claimFor([`${org.name}/coder`, `${org.name}/tester`], 1);
        agents.push(claim?.agent ?? '');
      }
      expect(agents.sort()).toEqual(['coder', 'coder', 'tester', 'tester']);
    });

    it('wakes a claim that waits, long before it would look again', { timeout: SLOW }, async () => {
      const org = await anOrg();
      const times: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const waiting = org.dispatcher.claim(org.name, { agents: ['coder'], waitSeconds: 20 });
        await sleep(50);
        const since = performance.now();
        const task = await org.task();
        expect((await waiting).map(({ fence }) => fence.task)).toEqual([task]);
        times.push(performance.now() - since);
      }
      expect(Math.min(...times)).toBeLessThan(400);
    });

    it('takes back what nobody is there to receive', { timeout: SLOW }, async () => {
      const org = await anOrg();
      await org.task();
      const gone = new AbortController();
      const left = org.dispatcher.claim(org.name, { agents: ['coder'], waitSeconds: 20 }, gone.signal);
      gone.abort();
      expect(await left).toEqual([]);
      expect(await org.claim()).toHaveLength(1);
      const idle = org.dispatcher.claim(org.name, { agents: ['coder'], waitSeconds: 20 }, AbortSignal.timeout(50));
      expect(await idle).toEqual([]);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { describeVerdict, judge } from './checker.ts';
import type { FinalState } from './final-state.ts';
import type { Call, CallOf, Operation, Operations, Outcome } from './history.ts';
import type { Promised } from './promises.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

function fence(task: string, attempt = 1) {
  return { task, attempt, token: `${task}-${attempt}` };
}

let clock = 0;

/** A call that was answered, or with an error what it was refused. Each begins after the one before it has ended. */
function call<Op extends Operation>(op: Op, asked: Operations[Op]['asked'], answer: Operations[Op]['answer'] | Error): Call {
  const outcome = answer instanceof Error ? { type: 'fail', status: 500, code: answer.message } : { type: 'ok', answer };
  clock += 2;
  const made: CallOf<Operation> = { op, by: 'test', asked, began: clock, ended: clock + 1, outcome: outcome as Outcome<Op> };
  return made as Call;
}

const scheduled = (task: string, key = task, ...needs: string[]) =>
  call(
    'schedule',
    [{ agent: 'coder', title: key, key, needs: needs.map((need) => ({ task: need })) }],
    [{ task, agent: 'coder', created: true }],
  );

const claimed = (task: string, attempt = 1, leaseUntil = '2026-01-01T00:00:02.000Z') =>
  call('claim', { agents: ['coder'] }, [{ fence: fence(task, attempt), agent: 'coder', title: task, leaseUntil }]);

const reported = (task: string, attempt = 1, outcome: 'recorded' | 'replayed' | 'stale' = 'recorded') =>
  call(
    'complete',
    { fence: fence(task, attempt), outcome: 'succeeded' },
    outcome === 'stale' ? { outcome } : { outcome, state: 'succeeded' },
  );

const beaten = (task: string, attempt = 1) =>
  call('heartbeat', fence(task, attempt), { outcome: 'held', until: '2026-01-01T00:00:02.000Z', directive: 'continue' });

let count = 0;

function event(
  kind: string,
  task: string,
  { attempt = 1, state = '', at = '2026-01-01T00:00:01.000Z' } = {},
): FinalState['events'][number] {
  count += 1;
  return { id: `1-${count}`, org: 'acme', task, attempt, kind, at, data: { state } };
}

const ENDED = { state: 'succeeded' };

function aTask(id: string, { state = 'succeeded', agent = 'coder', title = id } = {}): FinalState['tasks'][number] {
  const rest = { org: 'acme', priority: 0, attempt: 1, failures: 0, attempts: 3, budget: 0, cost: 0, createdAt: '' } as const;
  return { ...rest, id, key: id, title, agent, state: state as 'succeeded', ...(state === 'queued' ? {} : { endedAt: '' }) };
}

function final({
  tasks = [aTask(A)],
  events = [event('claimed', A), event('ended', A, ENDED)],
  ...rest
}: Partial<FinalState> = {}): FinalState {
  const spent = 7 * events.filter(({ kind }) => kind === 'ended').length;
  const budgets = [{ owner: 'acme', window: 'total', limit: 1000, topUp: 0, spent, reserved: 0 } as const];
  return { tasks, events, agents: [], budgets, ...rest };
}

function broken(calls: readonly Call[], state: FinalState): Promised[] {
  return [...new Set(judge(calls, state).breaches.map(({ promise }) => promise))];
}

describe('The checker', () => {
  it('finds nothing wrong with one task that is scheduled, claimed and reported', () => {
    const verdict = judge([scheduled(A), claimed(A), beaten(A), reported(A), reported(A, 1, 'replayed')], final());
    expect(verdict).toEqual({ breaches: [], acknowledged: 1, ended: 1, reExecuted: 0, fenced: 0, replayed: 1, unknown: 0 });
    expect(describeVerdict(verdict)).toBe(
      'PASS: 1 acknowledged, 1 ended; 0 lost, 0 completed twice, 0 stale fences accepted, 0 out of order, 0 over budget, 0 stuck; 0 executed again, 0 fenced, 1 replayed, 0 unknown',
    );
  });

  it('lets a report count whose answer was not seen', () => {
    const lost = { ...reported(A), outcome: { type: 'unknown', why: 'socket hang up' } } as Call;
    expect(judge([scheduled(A), claimed(A), lost, reported(A, 1, 'replayed')], final())).toMatchObject({ breaches: [], unknown: 1 });
  });

  it('lets a claim begin before the end that makes room for it, as long as it is written after it', () => {
    const [first, second] = [event('claimed', '1'), event('claimed', '2')];
    const [ended, third] = [event('ended', '1', ENDED), event('claimed', '3')];
    const tasks = ['1', '2', '3'].map((id) => aTask(id, { agent: 'narrow' }));
    expect(broken([], final({ tasks, events: [first, second, third, ended] }))).not.toContain('over quota');
  });

  it('lets a task cost nothing that nobody was there to take', () => {
    const gone = { ...event('ended', A, { state: 'waiting' }), data: { state: 'waiting', reason: 'The worker had gone' } };
    const events = [event('claimed', A), gone, event('claimed', A, { attempt: 2 }), event('ended', A, { ...ENDED, attempt: 2 })];
    const budgets = [{ owner: 'acme', window: 'total', limit: 99, topUp: 0, spent: 7, reserved: 0 } as const];
    expect(judge([], final({ events, budgets })).breaches).toEqual([]);
  });

  it.each<[string, Promised, Call[], FinalState]>([
    ['an acknowledged task is not there', 'lost', [scheduled(B)], final()],
    ['a task that ended is open again', 'lost', [reported(A)], final({ tasks: [aTask(A, { state: 'dead' })] })],
    ['a cancelled task succeeds', 'lost', [call('cancel', { task: A }, { ended: 1 })], final()],
    ['a task never ends', 'stuck', [], final({ tasks: [aTask(A, { state: 'queued' })], events: [] })],
    [
      'an attempt ends twice',
      'completed twice',
      [],
      final({ events: [event('claimed', A), event('ended', A, ENDED), event('expired', A, { state: 'waiting' })] }),
    ],
    [
      'a task ends twice, in two attempts',
      'completed twice',
      [],
      final({ events: [event('claimed', A), event('ended', A, ENDED), event('ended', A, { ...ENDED, attempt: 2 })] }),
    ],
    ['one report is recorded twice', 'completed twice', [reported(A), reported(A)], final()],
    ['a key makes two tasks', 'scheduled twice', [], final({ tasks: [aTask(A, { title: 'x' }), aTask(B, { title: 'x' })] })],
    ['one attempt is given to two workers', 'claimed twice', [claimed(A), claimed(A)], final()],
    ['a heartbeat is accepted after the next claim', 'stale fences accepted', [claimed(A), claimed(A, 2), beaten(A)], final()],
    ['a report is accepted after the next claim', 'stale fences accepted', [claimed(A), claimed(A, 2), reported(A)], final()],
    ['a heartbeat is accepted after another fence ended the task', 'stale fences accepted', [reported(A, 2), beaten(A)], final()],
    [
      'a lease ends before its time',
      'leases ended early',
      [claimed(A)],
      final({ events: [event('claimed', A), event('expired', A, { state: 'waiting' }), event('ended', A, { ...ENDED, attempt: 2 })] }),
    ],
    [
      'a task is claimed before what it needs has succeeded',
      'out of order',
      [scheduled(A), scheduled(B, B, A)],
      final({
        tasks: [aTask(A), aTask(B)],
        events: [event('claimed', A), event('claimed', B), event('ended', A, ENDED), event('ended', B, ENDED)],
      }),
    ],
    [
      'a budget is passed at one moment',
      'over budget',
      [call('budgets', null, [{ owner: 'acme', window: 'total', limit: 10, topUp: 0, spent: 5, reserved: 6 }])],
      final(),
    ],
    [
      'a reservation stays',
      'not released',
      [],
      final({ budgets: [{ owner: 'acme', window: 'total', limit: 10, topUp: 0, spent: 7, reserved: 1 }] }),
    ],
    [
      'a cost is counted twice',
      'not released',
      [],
      final({ budgets: [{ owner: 'acme', window: 'total', limit: 99, topUp: 0, spent: 14, reserved: 0 }] }),
    ],
    ['a slot stays', 'not released', [], final({ agents: [{ agent: 'coder', skills: [], running: 1, queued: 0, paused: false }] })],
    [
      'three tasks run where two may',
      'over quota',
      [],
      final({
        tasks: ['1', '2', '3'].map((id) => aTask(id, { agent: 'narrow' })),
        events: ['1', '2', '3'].map((id) => event('claimed', id)),
      }),
    ],
    [
      'four tasks run where three are paid for',
      'over budget',
      [],
      final({
        tasks: ['1', '2', '3', '4'].map((id) => aTask(id, { agent: 'spender' })),
        events: ['1', '2', '3', '4'].map((id) => event('claimed', id)),
      }),
    ],
    [
      'a task is tried more often than it may be',
      'attempts too many',
      [],
      final({ tasks: [aTask(A, { agent: 'frail' })], events: [1, 2, 3].map((attempt) => event('claimed', A, { attempt })) }),
    ],
    [
      'the same report gets two answers',
      'answers changed',
      [reported(A), call('complete', { fence: fence(A), outcome: 'succeeded' }, { outcome: 'replayed', state: 'failed' })],
      final(),
    ],
    ['a call is answered with 500', 'internal errors', [call('start', fence(A), new Error('FW_INTERNAL'))], final()],
    [
      'a call is answered with 503 alone',
      '503 without Retry-After',
      [{ ...claimed(A), outcome: { type: 'unknown', why: '', status: 503, retryAfter: false } }],
      final(),
    ],
  ])('sees that %s', (_, promise, calls, state) => {
    expect(broken(calls, state)).toContain(promise);
    expect(describeVerdict(judge(calls, state))).toMatch(new RegExp(`^FAIL: .*[1-9] ${promise}`));
  });
});

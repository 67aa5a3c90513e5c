import { describe, expect, it } from 'vitest';
import type { ProgramEnd } from './agent-process.ts';
import { type Said, type Stopped, toReport } from './outcome.ts';

const exit = (code: number): ProgramEnd => ({ code, signal: undefined, refused: undefined });
const KILLED: ProgramEnd = { code: undefined, signal: 'SIGKILL', refused: undefined };
const MISSING: ProgramEnd = { code: undefined, signal: undefined, refused: 'spawn nosuch ENOENT' };
const RESULT: Said = { result: { value: { ok: true } } };
const WAIT: Said = { wait: { for: 'answers' } };

describe('toReport', () => {
  it.each<[string, [ProgramEnd, Said, Stopped?], object]>([
    ['exit 0', [exit(0), {}], { outcome: 'succeeded' }],
    ['exit 0 with a result', [exit(0), RESULT], { outcome: 'succeeded', result: { ok: true } }],
    ['a result of null', [exit(0), { result: { value: null } }], { outcome: 'succeeded', result: null }],
    ['exit 75 with something to wait for', [exit(75), WAIT], { outcome: 'waiting', wait: { for: 'answers' } }],
    ['exit 0 in spite of a question', [exit(0), WAIT], { outcome: 'succeeded' }],
    ['exit 75 alone', [exit(75), RESULT], { outcome: 'failed', reason: 'The program ended with exit code 75', retry: true }],
    [
      'a failure with a result',
      [exit(1), RESULT],
      { outcome: 'failed', reason: 'The program ended with exit code 1', result: { ok: true } },
    ],
    ['a failure without one', [exit(1), {}], { outcome: 'failed', reason: 'The program ended with exit code 1', retry: true }],
    ['a signal', [KILLED, RESULT], { outcome: 'failed', reason: 'The program was ended by SIGKILL', retry: true }],
    ['no such program', [MISSING, {}], { outcome: 'failed', reason: 'The program could not be started: spawn nosuch ENOENT', retry: true }],
    ['an end of the worker', [KILLED, {}, 'drained'], { outcome: 'returned', reason: 'The worker was stopped' }],
    [
      'exit 0 without a result at the end of the worker',
      [exit(0), {}, 'drained'],
      { outcome: 'returned', reason: 'The worker was stopped' },
    ],
    ['a result at the end of the worker', [exit(0), RESULT, 'drained'], { outcome: 'succeeded', result: { ok: true } }],
    ['a silent controller', [KILLED, {}, 'silent'], { outcome: 'returned', reason: 'The controller could not be reached' }],
    [
      'a used-up budget',
      [exit(0), RESULT, 'over-budget'],
      { outcome: 'failed', reason: 'Stopped, as the budget of the task was used up', result: { ok: true } },
    ],
  ])('reports %s', (_, [end, said, stopped], report) => {
    expect(toReport({ end, said, stopped, lastWords: '' })).toEqual(report);
  });

  it('says what the program said last, as far as it can be kept', () => {
    const report = toReport({ end: exit(2), said: {}, stopped: undefined, lastWords: `a\0b${'😀'.repeat(1000)}` });
    const reason = 'reason' in report ? (report.reason ?? '') : '';
    expect(reason).toMatch(/^The program ended with exit code 2: a\uFFFDb😀/);
    expect(reason.length).toBe(1000);
    expect(reason.isWellFormed()).toBe(true);
  });

  it('reports usage and session however it ends', () => {
    const usage = [{ model: 'fast', inputTokens: 1, outputTokens: 2, cost: 3 }];
    expect(toReport({ end: KILLED, said: { usage, session: 's' }, stopped: 'drained', lastWords: '' })).toMatchObject({
      usage,
      session: 's',
    });
  });
});

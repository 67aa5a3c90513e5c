import { describe, expect, it } from 'vitest';
import type { JobStatus, JobTask } from './job.ts';
import { nextStep } from './reconcile.ts';

const ID = '0f0e0d0c-0b0a-4908-8706-050403020100';
const JOB: JobStatus = {
  name: 'coder-1',
  uid: 'u',
  task: ID,
  attempt: 2,
  suspended: false,
  startedAt: 0,
  runs: false,
  end: undefined,
  reason: '',
};
const TASK: JobTask = { task: ID, agent: 'coder', title: 'A task', attempt: 2, deadlineSeconds: null, state: 'ready' };

const RUNS = { runs: true };
const SUSPENDED = { suspended: true };
const FAILED = { end: 'failed' } as const;
const COMPLETE = { end: 'complete' } as const;
const NEW = {};

describe('nextStep', () => {
  it.each([
    ['ready', NEW, 'ask'],
    ['ready', RUNS, 'keep'],
    ['ready', SUSPENDED, 'resume'],
    ['ready', FAILED, 'fail'],
    ['ready', COMPLETE, 'fail'],
    ['held', NEW, 'keep'],
    ['held', RUNS, 'keep'],
    ['held', SUSPENDED, 'keep'],
    ['held', FAILED, 'fail'],
    ['held', COMPLETE, 'keep'],
    ['resting', NEW, 'suspend'],
    ['resting', RUNS, 'suspend'],
    ['resting', SUSPENDED, 'keep'],
    ['resting', FAILED, 'keep'],
    ['resting', COMPLETE, 'keep'],
    ['ended', RUNS, 'linger'],
    ['ended', COMPLETE, 'done'],
    ['cancelled', RUNS, 'delete'],
    ['cancelled', SUSPENDED, 'delete'],
    ['cancelled', FAILED, 'done'],
  ] as const)('for a task that is %s and a Job with %j: %s', (state, job, step) => {
    expect(nextStep({ ...JOB, ...job }, { ...TASK, state })).toBe(step);
  });

  it.each(['ready', 'held', 'resting'] as const)(
    'lets the worker of an attempt that is over end by itself while the task is %s',
    (state) => {
      expect(nextStep({ ...JOB, attempt: 1, runs: true }, { ...TASK, state })).toBe('linger');
      expect(nextStep({ ...JOB, attempt: 1, end: 'failed' }, { ...TASK, state })).toBe('done');
    },
  );

  it('takes away the Job of a task that nobody knows, and leaves alone what is none of ours', () => {
    expect(nextStep({ ...JOB, end: 'complete' }, undefined)).toBe('delete');
    expect(nextStep({ ...JOB, task: undefined }, undefined)).toBe('keep');
  });
});

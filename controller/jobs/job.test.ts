import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobName, type JobTask, makeJob, type PodTemplate, readJob } from './job.ts';

const TASK: JobTask = {
  task: '0f0e0d0c-0b0a-4908-8706-050403020100',
  agent: 'coder',
  title: 'A task',
  attempt: 2,
  deadlineSeconds: null,
  state: 'ready',
};

const TEMPLATE: PodTemplate = {
  metadata: { name: 'coder', uid: 'u-1' },
  template: { spec: { containers: [{}] } },
};

const agents = fc.stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);

describe('jobName', () => {
  it('is a name that Kubernetes takes, also as a label', () => {
    fc.assert(
      fc.property(agents, fc.uuid(), fc.integer({ min: 1, max: 2_147_483_647 }), (agent, task, attempt) => {
        expect(jobName({ agent, task, attempt })).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it('differs for every task and attempt', () => {
    const attempt = fc.record({ agent: agents, task: fc.uuid(), attempt: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(attempt, attempt, (one, other) => {
        fc.pre(one.task !== other.task || one.attempt !== other.attempt);
        expect(jobName(one)).not.toBe(jobName(other));
      }),
    );
  });
});

describe('makeJob', () => {
  it('takes the deadline of the task, else that of the template, else none', () => {
    const limited = { ...TEMPLATE, metadata: { ...TEMPLATE.metadata, annotations: { 'fleetwright.dev/deadline-seconds': '60' } } };
    expect(makeJob({ ...TASK, deadlineSeconds: 30 }, limited)).toMatchObject({ spec: { activeDeadlineSeconds: 630 } });
    expect(makeJob(TASK, limited)).toMatchObject({ spec: { activeDeadlineSeconds: 660 } });
    expect(makeJob(TASK, TEMPLATE)).not.toHaveProperty('spec.activeDeadlineSeconds');
  });

  it('keeps a Job for a day when the template does not say', () => {
    expect(makeJob(TASK, TEMPLATE)).toMatchObject({ spec: { ttlSecondsAfterFinished: 86_400 } });
  });
});

describe('readJob', () => {
  it.each(['', 'nonsense', "'; drop table task; --", undefined])('takes a Job with the task %j for none of ours', (task) => {
    const labels: Record<string, string> = task === undefined ? {} : { 'fleetwright.dev/task': task };
    expect(readJob({ metadata: { name: 'a', uid: 'u', labels } })).toMatchObject({ task: undefined, end: undefined, runs: false });
  });
});

import { JOB_ANNOTATIONS, JOB_LABELS, RUN_ANNOTATIONS, TASK_VARIABLE } from '../contract/index.ts';
import type { ApiObject } from './kubernetes.ts';

/** How long a pod may take to be placed, to fetch its images and to claim its task, in seconds: that is not the task's time. */
const START_SECONDS = 600;

/** How long a Job stays after its end when its template does not say, in seconds. */
const KEEP_SECONDS = 86_400;

/** A name is a label of the Job's pods, so it has at most 63 characters: the rest are for the task's id and the attempt. */
const AGENT_CHARACTERS = 19;

/** A task, as far as its Job is concerned. */
export interface JobTask {
  readonly task: string;
  readonly agent: string;
  readonly title: string;
  /** Which attempt a Job would be for: the one under way, or the next one; of a task that has ended, the last. */
  readonly attempt: number;
  /** What an attempt may take once the task is claimed. */
  readonly deadlineSeconds: number | null;
  readonly state: 'ready' | 'held' | 'resting' | 'ended' | 'cancelled';
}

/** What we need to know of a Job. */
export interface JobStatus {
  readonly name: string;
  readonly uid: string;
  readonly task: string | undefined;
  readonly attempt: number;
  readonly suspended: boolean;
  /** Since when it may run, in milliseconds since 1970; undefined while it may not. */
  readonly startedAt: number | undefined;
  /** Whether its pod runs. */
  readonly runs: boolean;
  readonly end: 'complete' | 'failed' | undefined;
  /** Why it failed, as Kubernetes says. */
  readonly reason: string;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/ */
export interface PodTemplate extends ApiObject {
  readonly metadata: ApiObject['metadata'] & { readonly annotations?: Readonly<Record<string, string>> };
  readonly template: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec: { readonly containers: readonly { readonly env?: readonly object[] }[] };
  };
}

/** The same for the same attempt, whoever asks and however often: two Jobs of one name cannot be. */
export function jobName({ agent, task, attempt }: Pick<JobTask, 'agent' | 'task' | 'attempt'>): string {
  return `${agent.slice(0, AGENT_CHARACTERS).replace(/-+$/, '')}-${task.replaceAll('-', '')}-${attempt}`;
}

/** The Job of an attempt. It goes when its template goes. @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ */
export function makeJob(task: JobTask, { metadata, template }: PodTemplate): object {
  const labels = { [JOB_LABELS.attempt]: String(task.attempt), [JOB_LABELS.task]: task.task };
  const allLabels = { ...template.metadata?.labels, ...labels };
  const { [JOB_ANNOTATIONS.keepFinished]: keep, [JOB_ANNOTATIONS.deadline]: usual } = metadata.annotations ?? {};
  const deadline = task.deadlineSeconds ?? toNumber(usual);
  const event = JSON.stringify({ task: task.task, attempt: task.attempt, title: task.title });
  const annotations = { ...template.metadata?.annotations, [RUN_ANNOTATIONS.event]: event, [RUN_ANNOTATIONS.trigger]: 'task' };
  const variable = { name: TASK_VARIABLE, value: task.task };
  const containers = template.spec.containers.map((container) => ({ ...container, env: [...(container.env ?? []), variable] }));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(task),
      labels: allLabels,
      ownerReferences: [{ apiVersion: 'v1', kind: 'PodTemplate', name: metadata.name, uid: metadata.uid }],
    },
    spec: {
      ...(deadline === undefined ? {} : { activeDeadlineSeconds: deadline + START_SECONDS }),
      // The next attempt has a Job of its own.
      backoffLimit: 0,
      ttlSecondsAfterFinished: toNumber(keep) ?? KEEP_SECONDS,
      template: { metadata: { labels: allLabels, annotations }, spec: { ...template.spec, containers } },
    },
  };
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

interface Job extends ApiObject {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: {
    readonly startTime?: string;
    readonly ready?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a Job of ours says of itself; without a task if somebody has written something else into its label. */
export function readJob(object: ApiObject): JobStatus {
  const { metadata, spec, status = {} } = object as Job;
  const condition = (type: string) => status.conditions?.find((each) => each.type === type && each.status === 'True');
  const task = metadata.labels?.[JOB_LABELS.task] ?? '';
  const failed = condition('Failed');
  const complete = condition('Complete') === undefined ? undefined : 'complete';
  return {
    name: metadata.name,
    uid: metadata.uid,
    task: ID.test(task) ? task : undefined,
    attempt: Number(metadata.labels?.[JOB_LABELS.attempt] ?? 0),
    suspended: spec?.suspend === true,
    startedAt: status.startTime === undefined ? undefined : Date.parse(status.startTime),
    runs: (status.ready ?? 0) > 0,
    end: failed === undefined ? complete : 'failed',
    reason: failed === undefined ? '' : `${failed.reason ?? 'Failed'}: ${failed.message ?? 'no message'}`,
  };
}

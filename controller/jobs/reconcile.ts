import { JOB_LABELS } from '../contract/index.ts';
import type { FleetOrg } from '../contract/wire/index.ts';
import type { Store } from '../dispatch/index.ts';
import { type JobStatus, jobName, type JobTask, makeJob, type PodTemplate, readJob } from './job.ts';
import { type ApiObject, type Kubernetes, KubernetesError, unlessPassing } from './kubernetes.ts';
import { Mirror } from './mirror.ts';
import { findTrouble } from './trouble.ts';

/** How many Jobs are made, and how many are asked what holds them up, in one turn. */
const PIECE = { made: 100, asked: 20 } as const;

/** How long a pod has to start before we ask what holds it up, and how often we do, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How long a worker whose attempt is over has to end by itself, in milliseconds. */
const LINGER_MS = 60_000;

/** What people are told at most. */
const REASON = 1000;

/** What all of this works with. */
export interface JobsContext {
  readonly store: Store;
  readonly kubernetes: Kubernetes;
  /** Hears what went wrong; the work goes on. */
  readonly onError: (error: unknown) => void;
}

/** An org whose tasks become Jobs. */
export interface JobOrg extends Pick<FleetOrg, 'agents'> {
  readonly org: string;
  readonly namespace: string;
}

/** What is to be done about a Job. */
export type Step = 'keep' | 'done' | 'delete' | 'suspend' | 'resume' | 'fail' | 'linger' | 'ask';

/**
 * What is to be done about a Job, given how its task stands now.
 *
 *   task ready     the Job runs, and its worker will claim it      ended or stuck: the attempt fails
 *   task held      its worker has claimed it                       failed: the attempt fails, without waiting for the lease to end
 *   task resting   paused, or no longer admitted: suspended
 *   attempt over   the worker ends by itself, and then nothing is left to do; one that does not is taken away
 *   task cancelled or unknown: taken away
 */
export function nextStep(job: JobStatus, task: JobTask | undefined): Step {
  if (job.task === undefined) return 'keep';
  if (task === undefined) return 'delete';
  const over = job.attempt !== task.attempt || task.state === 'ended' || task.state === 'cancelled';
  if (over && job.end !== undefined) return 'done';
  if (over) return task.state === 'cancelled' ? 'delete' : 'linger';
  switch (task.state) {
    case 'ready':
      if (job.end !== undefined) return 'fail';
      if (job.suspended) return 'resume';
      return job.runs ? 'keep' : 'ask';
    case 'held':
      return job.end === 'failed' ? 'fail' : 'keep';
    case 'resting':
      return job.end === undefined && !job.suspended ? 'suspend' : 'keep';
  }
}

/** Holds the Jobs of one org to its tasks: each turn brings them together, whatever happened before, so nothing has to be kept. */
export class OrgJobs {
  readonly #context: JobsContext;
  readonly #org: string;
  /** Names of the PodTemplates, by agent. */
  readonly #templates: ReadonlyMap<string, string>;
  readonly #paths: { readonly core: string; readonly jobs: string };
  readonly #mirror: Mirror<JobStatus>;
  /** When we last asked what holds a Job up, by its uid. */
  readonly #asked = new Map<string, number>();
  /** Since when we know that a Job's attempt is over. */
  readonly #over = new Map<string, number>();
  /** Those that nothing is left to do about, by uid, so that we do not look at all Jobs of a day each second. */
  readonly #done = new Set<string>();

  constructor(context: JobsContext, { org, namespace, agents }: JobOrg) {
    this.#context = context;
    this.#org = org;
    const jobs = Object.entries(agents).filter(([, { mode }]) => mode === 'job');
    this.#templates = new Map(jobs.map(([agent, { podTemplate = agent }]) => [agent, podTemplate]));
    this.#paths = { core: `/api/v1/namespaces/${namespace}`, jobs: `/apis/batch/v1/namespaces/${namespace}/jobs` };
    this.#mirror = new Mirror({ ...context, path: this.#paths.jobs, labelSelector: JOB_LABELS.task, read: readJob });
  }

  async end(): Promise<void> {
    await this.#mirror.end();
  }

  /** Does what is to be done now. @throws KubernetesError, Refusal FW_UNAVAILABLE; the next turn does the rest */
  async turn(): Promise<void> {
    const { items } = this.#mirror;
    if (items === undefined) return;
    const jobs = [...items.values()].filter(({ uid }) => !this.#done.has(uid));
    const tasks = await this.#look([...new Set(jobs.flatMap(({ task }) => task ?? []))]);
    const known = new Map(tasks.map((task) => [task.task, task]));
    this.#forget(items);
    let asked = 0;
    for (const job of jobs) {
      const step = nextStep(job, known.get(job.task ?? ''));
      if (step === 'ask' && (asked === PIECE.asked || !this.#isDue(job))) continue;
      if (step === 'ask') asked += 1;
      // One after the other: the API server has others to serve.
      await this.#take(step, job).catch(unlessPassing(this.#context.onError));
    }
    await this.#makeMissing(tasks.filter((task) => task.state === 'ready' && !items.has(jobName(task))).slice(0, PIECE.made));
  }

  async #look(ids: readonly string[]): Promise<JobTask[]> {
    const org = this.#org;
    return this.#context.store.call<JobTask[]>('job_tasks', [org, [...this.#templates.keys()], ids, PIECE.made], { org });
  }

  async #take(step: Step, job: JobStatus): Promise<void> {
    const path = `${this.#paths.jobs}/${job.name}`;
    switch (step) {
      case 'keep':
        return;
      case 'done':
        this.#done.add(job.uid);
        return;
      case 'suspend':
      case 'resume':
        return this.#context.kubernetes.merge(path, { metadata: { uid: job.uid }, spec: { suspend: step === 'suspend' } });
      case 'delete':
        return this.#context.kubernetes.delete(path, job.uid);
      case 'linger':
        if (this.#lingers(job) > LINGER_MS) await this.#context.kubernetes.delete(path, job.uid);
        return;
      case 'fail':
        return this.#fail(job, `${job.reason || 'The Job ended, and its task had not been claimed'}; ${await this.#trouble(job)}`);
      case 'ask': {
        const trouble = await findTrouble(this.#context.kubernetes, this.#paths.core, job);
        if (trouble === undefined) return;
        await this.#fail(job, trouble);
        return this.#context.kubernetes.delete(path, job.uid);
      }
    }
  }

  async #trouble(job: JobStatus): Promise<string> {
    return (await findTrouble(this.#context.kubernetes, this.#paths.core, job)) ?? 'its pod does not say why';
  }

  async #fail({ task, attempt, name }: Pick<JobStatus, 'attempt' | 'name' | 'task'>, reason: string): Promise<void> {
    const org = this.#org;
    await this.#context.store.call('fail_job', [org, task, attempt, `Job ${name}: ${reason}`.slice(0, REASON)], { org });
  }

  async #makeMissing(tasks: readonly JobTask[]): Promise<void> {
    const templates = new Map<string, Promise<PodTemplate>>();
    for (const task of tasks) {
      const name = this.#templates.get(task.agent);
      // Of an agent that is no job any more.
      if (name === undefined) continue;
      const template = templates.get(name) ?? this.#context.kubernetes.get<PodTemplate>(`${this.#paths.core}/podtemplates/${name}`);
      templates.set(name, template);
      await this.#make(task, template);
    }
  }

  async #make(task: JobTask, template: Promise<PodTemplate>): Promise<void> {
    try {
      this.#mirror.add(await this.#context.kubernetes.create<ApiObject>(this.#paths.jobs, makeJob(task, await template)));
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      // It is there already, and the watch will bring it.
      if (error.status === 409) return;
      if (error.passes) throw error;
      await this.#fail({ ...task, name: jobName(task) }, error.message);
    }
  }

  /** Whether a pod has had its time to start, and we have not asked about it just now. */
  #isDue({ startedAt, uid }: JobStatus): boolean {
    const asked = this.#asked.get(uid) ?? -Infinity;
    const due = startedAt !== undefined && Date.now() - startedAt > PATIENCE_MS && performance.now() - asked > PATIENCE_MS;
    if (due) this.#asked.set(uid, performance.now());
    return due;
  }

  /** Milliseconds since we saw first that the attempt is over. */
  #lingers({ uid }: JobStatus): number {
    const since = this.#over.get(uid) ?? performance.now();
    this.#over.set(uid, since);
    return performance.now() - since;
  }

  #forget(jobs: ReadonlyMap<string, JobStatus>): void {
    const uids = new Set([...jobs.values()].map(({ uid }) => uid));
    for (const known of [this.#asked, this.#over, this.#done]) for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid);
  }
}

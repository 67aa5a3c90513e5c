import { type ApiClient, type ApiObject, describeAnswer, waitFor } from '../cluster/index.ts';
import { fieldOf, nameOf } from './fields.ts';
import { jobOf, podShapes } from './pod-shapes.ts';

/** Kinds whose pods run to an end, started here as Jobs of their own. */
const JOB_SHAPES = new Set(['CronJob', 'PodTemplate']);

/** How long to wait. */
export interface AwaitOptions {
  readonly seconds: number;
}

/** Waits until every Deployment and StatefulSet among these objects has all its replicas. */
export async function awaitWorkloads(client: ApiClient, objects: readonly ApiObject[], { seconds }: AwaitOptions): Promise<number> {
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const pending = async () => reasonOfAll(workloads, async (workload) => whyNotAvailable((await client.read(workload)).body));
  await withWarnings(client, waitFor({ what: 'every workload to be available', seconds, pending }));
  return workloads.length;
}

/** Makes a Job from every shape that runs to an end, and waits until each is complete. */
export async function completeJobs(client: ApiClient, objects: readonly ApiObject[], { seconds }: AwaitOptions): Promise<number> {
  const shapes = podShapes(objects).filter(({ kind }) => JOB_SHAPES.has(kind));
  const jobs = shapes.map((shape, index) => jobOf(shape, `run-${index}`));
  for (const [index, job] of jobs.entries()) {
    const answer = await client.create(job);
    if (!answer.ok || answer.warnings.length > 0) throw new Error(`a Job from ${shapes[index]?.owner}: ${describeAnswer(answer)}`);
  }
  const all = [...jobs, ...objects.filter(({ kind }) => kind === 'Job')];
  const pending = async () => reasonOfAll(all, async (job) => whyNotComplete((await client.read(job)).body));
  await withWarnings(client, waitFor({ what: 'every job to complete', seconds, pending }));
  return all.length;
}

/** When waiting was in vain, the warnings that controllers left as events tell why. */
async function withWarnings(client: ApiClient, waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    const events = await client.list('v1', 'Event');
    const warnings = events.filter((event) => event['type'] === 'Warning');
    // One for each object: most repeat what was said before.
    const byObject = new Map(warnings.map((event) => [fieldOf(event, 'involvedObject', 'name'), event['message']]));
    const lines = [...byObject].map(([name, message]) => `  ${String(name)}: ${String(message)}`);
    throw new Error([(error as Error).message, ...lines].join('\n'), { cause: error });
  }
}

async function reasonOfAll(
  objects: readonly ApiObject[],
  reasonOf: (object: ApiObject) => Promise<string | undefined>,
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const object of objects) {
    const reason = await reasonOf(object);
    if (reason !== undefined) reasons.push(`${nameOf(object)} ${reason}`);
  }
  return reasons.length === 0 ? undefined : `${reasons.length} of ${objects.length} are not there: ${reasons.slice(0, 10).join('; ')}`;
}

function whyNotAvailable(body: Readonly<Record<string, unknown>>): string | undefined {
  const wanted = Number(fieldOf(body, 'spec', 'replicas') ?? 1);
  const available = Number(fieldOf(body, 'status', 'availableReplicas') ?? 0);
  const isSeen = fieldOf(body, 'status', 'observedGeneration') === fieldOf(body, 'metadata', 'generation');
  if (isSeen && available >= wanted) return undefined;
  return `has ${available} of ${wanted} replicas: ${conditionsOf(body)}`;
}

function whyNotComplete(body: Readonly<Record<string, unknown>>): string | undefined {
  const conditions = (fieldOf(body, 'status', 'conditions') ?? []) as readonly { type: string; status: string }[];
  const isComplete = conditions.some(({ type, status }) => type === 'Complete' && status === 'True');
  return isComplete ? undefined : `is not complete: ${conditionsOf(body)}`;
}

function conditionsOf(body: Readonly<Record<string, unknown>>): string {
  const conditions = (fieldOf(body, 'status', 'conditions') ?? []) as readonly { type: string; status: string; message?: string }[];
  return conditions.map(({ type, status, message = '' }) => `${type}=${status} ${message}`.trim()).join(', ') || 'no condition yet';
}

import { JOB_LABELS } from '../contract/index.ts';
import type { JobStatus } from './job.ts';
import type { Kubernetes } from './kubernetes.ts';

/** What a container waits for that does not come by itself. What may still come, such as an image that is being fetched, is not among them. */
const STUCK: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}

interface Pod {
  readonly status?: {
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface List<Item> {
  readonly items: readonly Item[];
}

/**
 * Why the pod of a Job does not run, or has failed, in the words of Kubernetes.
 *
 * @param path of the namespace's core objects
 * @returns undefined if nothing speaks against it
 */
export async function findTrouble(kubernetes: Kubernetes, path: string, job: JobStatus): Promise<string | undefined> {
  const mine = encodeURIComponent(`${JOB_LABELS.task}=${job.task},${JOB_LABELS.attempt}=${job.attempt}`);
  const { items: pods } = await kubernetes.get<List<Pod>>(`${path}/pods?labelSelector=${mine}`);
  if (pods.length > 0) return pods.map(troubleOf).find((trouble) => trouble !== undefined);
  const about = encodeURIComponent(`involvedObject.uid=${job.uid},reason=FailedCreate`);
  const { items: events } = await kubernetes.get<List<{ readonly message?: string }>>(`${path}/events?fieldSelector=${about}`);
  const refusal = events.at(-1)?.message;
  return refusal === undefined ? undefined : `FailedCreate: ${refusal}`;
}

function troubleOf({ status = {} }: Pod): string | undefined {
  if (status.reason !== undefined) return words(status.reason, status.message);
  for (const { name, state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const { waiting, terminated } = state ?? {};
    if (waiting?.reason !== undefined && STUCK.has(waiting.reason)) return `container '${name}': ${words(waiting.reason, waiting.message)}`;
    if (terminated !== undefined && terminated.exitCode !== 0)
      return `container '${name}' ended with ${terminated.exitCode}: ${words(terminated.reason ?? 'Error', terminated.message)}`;
  }
  return undefined;
}

function words(reason: string, message: string | undefined): string {
  return message === undefined || message === '' ? reason : `${reason}: ${message}`;
}

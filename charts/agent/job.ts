import { JOB_ANNOTATIONS } from '../../controller/contract/index.ts';
import type { Manifest, RunMode } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { agentPod } from './agent-pod.ts';
import { objectMeta } from '../manifest.ts';

/**
 * An agent that runs once for each task: the template from which the dispatcher makes a Job, and the limits of these Jobs.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
 */
export function renderJob(place: AgentPlace, mode: RunMode & { kind: 'job' }, configDigest: string): Manifest[] {
  const annotations = {
    [JOB_ANNOTATIONS.deadline]: String(mode.deadline.toSeconds()),
    [JOB_ANNOTATIONS.keepFinished]: String(mode.keepFinished.toSeconds()),
    [JOB_ANNOTATIONS.retries]: String(mode.retries),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: objectMeta(place.owner, place.agent.name, { annotations }),
      template: agentPod(place, { configDigest, spec: { restartPolicy: 'Never' } }),
    },
  ];
}

import type { Manifest, RunMode } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { agentPod } from './agent-pod.ts';
import { objectMeta } from '../manifest.ts';

/** How many finished runs stay visible, if their time is not over before. */
const KEPT_RUNS = 3;

/** How late a run may start, in seconds: without a limit a long outage would stop the schedule for good. */
const LATEST_START = 300;

/**
 * An agent that runs by the clock.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export function renderSchedule(place: AgentPlace, mode: RunMode & { kind: 'schedule' }, configDigest: string): Manifest[] {
  return [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: objectMeta(place.owner, place.agent.name),
      spec: {
        concurrencyPolicy: mode.whileRunning,
        failedJobsHistoryLimit: KEPT_RUNS,
        jobTemplate: {
          metadata: { labels: place.owner.labels },
          spec: {
            activeDeadlineSeconds: mode.deadline.toSeconds(),
            backoffLimit: mode.retries,
            template: agentPod(place, { configDigest, spec: { restartPolicy: 'Never' } }),
            ttlSecondsAfterFinished: mode.keepFinished.toSeconds(),
          },
        },
        schedule: mode.cron,
        startingDeadlineSeconds: LATEST_START,
        successfulJobsHistoryLimit: KEPT_RUNS,
        suspend: mode.suspended,
        timeZone: mode.timeZone,
      },
    },
  ];
}

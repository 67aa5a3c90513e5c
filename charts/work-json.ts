import type { FleetOrg } from '../controller/contract/wire/index.ts';
import { Agent, type Pipeline, type PipelineStep, type Trigger } from '../constructs/index.ts';
import { hookSecretFile } from './secret/hook-secrets.ts';

type FleetPipeline = NonNullable<FleetOrg['pipelines']>[string];
type FleetTrigger = NonNullable<FleetOrg['triggers']>[string];
type FleetStep = FleetPipeline['steps'][number];

const DAY_SECONDS = 86_400;

/** What `fleet.json` says of a pipeline, keys in order. */
export function toPipeline({ steps }: Pipeline): FleetPipeline {
  return { steps: steps.map(toStep) };
}

/** Whoever has no say in a matter says nothing of it: the dispatcher knows the defaults. */
function toStep({
  approval,
  attempts,
  budget,
  by,
  deadline,
  id,
  instructions,
  needs,
  onFailure,
  subTasks,
  title,
}: PipelineStep): FleetStep {
  return {
    ...(by instanceof Agent && { agent: by.name }),
    ...(approval && { approval: { reason: approval.reason, timeoutSeconds: approval.timeout?.toSeconds() ?? DAY_SECONDS } }),
    ...(attempts !== undefined && { attempts }),
    ...(budget && { budget: budget.amount.micros }),
    ...(deadline && { deadlineSeconds: deadline.toSeconds() }),
    id,
    ...(instructions !== undefined && { instructions }),
    ...(needs !== undefined && { needs: [...needs] }),
    ...(onFailure !== undefined && { onFailure }),
    ...(by instanceof Agent ? {} : { skills: [...by] }),
    ...(subTasks && { subTasks: toLimits(subTasks) }),
    title,
  };
}

function toLimits({ budget, count, depth, parallel }: NonNullable<PipelineStep['subTasks']>): NonNullable<FleetStep['subTasks']> {
  return {
    ...(budget && { budget: budget.micros }),
    count,
    ...(depth !== undefined && { depth }),
    ...(parallel !== undefined && { parallel }),
  };
}

/** What `fleet.json` says of a trigger, keys in order. Of its secret, only where it is. */
export function toTrigger({ from, name, org, start, title }: Trigger): FleetTrigger {
  const what = start instanceof Agent ? { agent: start.name } : { pipeline: start.name };
  if (!('secret' in from)) return inOrder({ ...from, ...what, title });
  const { secret: _, ...rest } = from;
  return inOrder({ ...rest, ...what, secretFile: hookSecretFile(org.name, name), title });
}

/** As JSON, with the keys of all objects in order. */
function inOrder(trigger: object): FleetTrigger {
  const text = JSON.stringify(trigger, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
  return JSON.parse(text) as FleetTrigger;
}

import {
  type Agent,
  Budget,
  type CloudEventTriggerProps,
  type CronTriggerProps,
  Duration,
  type GithubTriggerProps,
  Pipeline,
  type PipelineStep,
  Run,
  Secret,
  Trigger,
  usd,
  type WebhookTriggerProps,
} from '../constructs/index.ts';
import { anAgent } from './builders.ts';
import type { Mutation } from './mutations.ts';
import type { Variant } from './outcome.ts';

/** What steps and triggers refer to. */
interface Parts {
  readonly ada: Agent;
  readonly bob: Agent;
  readonly secret: Secret;
  readonly other: Secret;
}

type Value<T> = (parts: Parts) => T;

/** Two fleets in which one part differs. */
function differ<Props>(
  make: (variant: Parameters<NonNullable<Variant['build']>>[0], props: Props) => void,
  values: readonly [Value<Props>, Value<Props>],
): Mutation {
  const variant = (value: Value<Props>): Variant => ({
    build: (org) => {
      const takesTasks = { run: Run.job(), skills: ['git'] };
      const parts = {
        ada: anAgent(org, 'ada', takesTasks),
        bob: anAgent(org, 'bob', takesTasks),
        secret: Secret.external(org, 'one', 'value'),
        other: Secret.external(org, 'two', 'value'),
      };
      make(org, value(parts));
    },
  });
  return [variant(values[0]), variant(values[1])];
}

/** A step with this, against a plain one. */
const steps = (before: Value<Partial<PipelineStep>>, after: Value<Partial<PipelineStep>>): Mutation => {
  const step =
    (more: Value<Partial<PipelineStep>>): Value<PipelineStep[]> =>
    (parts) => [
      { id: 'plan', by: parts.ada, title: 'Plan' },
      { id: 'build', by: parts.ada, title: 'Build', ...more(parts) },
    ];
  return differ((org, list) => new Pipeline(org, 'pipeline', { steps: list }), [step(before), step(after)]);
};
const step = (after: Partial<PipelineStep>): Mutation =>
  steps(
    () => ({}),
    () => after,
  );

const crons = (after: Value<Partial<CronTriggerProps>>): Mutation => {
  const cron =
    (more: Value<Partial<CronTriggerProps>>): Value<CronTriggerProps> =>
    (parts) => ({ start: parts.ada, title: 'Nightly', ...more(parts) });
  return differ((org, props) => Trigger.cron(org, 'trigger', '0 2 * * *', props), [cron(() => ({})), cron(after)]);
};
const hooks = (after: Value<Partial<WebhookTriggerProps>>, before: Value<Partial<WebhookTriggerProps>> = () => ({})): Mutation => {
  const hook =
    (more: Value<Partial<WebhookTriggerProps>>): Value<WebhookTriggerProps> =>
    (parts) => ({ start: parts.ada, title: 'Alarm', secret: parts.secret, ...more(parts) });
  return differ((org, props) => Trigger.webhook(org, 'trigger', props), [hook(before), hook(after)]);
};
const githubs = (after: Value<Partial<GithubTriggerProps>>): Mutation => {
  const github =
    (more: Value<Partial<GithubTriggerProps>>): Value<GithubTriggerProps> =>
    (parts) => ({ start: parts.ada, title: 'Issue', secret: parts.secret, ...more(parts) });
  return differ((org, props) => Trigger.github(org, 'trigger', props), [github(() => ({})), github(after)]);
};
const events = (after: Partial<CloudEventTriggerProps>): Mutation => {
  const event =
    (more: Partial<CloudEventTriggerProps>): Value<CloudEventTriggerProps> =>
    (parts) => ({ start: parts.ada, title: 'Order', type: 'order', ...more });
  return differ((org, props) => Trigger.event(org, 'trigger', props), [event({}), event(after)]);
};

const REASON = { approval: { reason: 'Go on?' } };
const COUNT = { subTasks: { count: 2 } };

/** For each prop of pipelines and triggers, two fleets that differ in it alone. */
export const WORK_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'CloudEventTriggerProps.source': events({ source: '/shop' }),
  'CloudEventTriggerProps.type': events({ type: 'com.example.order' }),
  'CronTriggerProps.input': crons(() => ({ input: { depth: 1 } })),
  'CronTriggerProps.suspended': crons(() => ({ suspended: true })),
  'CronTriggerProps.timeZone': crons(() => ({ timeZone: 'Europe/Berlin' })),
  'CronTriggerProps.whileRunning': crons(() => ({ whileRunning: 'Allow' })),
  'EventTriggerProps.input': events({ input: { order: 'data.id' } }),
  'EventTriggerProps.when': events({ when: 'data.amount > 5' }),
  'GithubTriggerProps.events': githubs(() => ({ events: ['push'] })),
  'GithubTriggerProps.secret': githubs(({ other }) => ({ secret: other })),
  'PipelineProps.steps': step({ id: 'other' }),
  'PipelineStep.approval': step(REASON),
  'PipelineStep.attempts': step({ attempts: 2 }),
  'PipelineStep.budget': step({ budget: Budget.perTask(usd(1)) }),
  'PipelineStep.by': steps(
    () => ({}),
    ({ bob }) => ({ by: bob }),
  ),
  'PipelineStep.deadline': step({ deadline: Duration.minutes(1) }),
  'PipelineStep.id': step({ id: 'other' }),
  'PipelineStep.instructions': step({ instructions: 'Build it.' }),
  'PipelineStep.needs': step({ needs: ['plan'] }),
  'PipelineStep.onFailure': step({ onFailure: 'run' }),
  'PipelineStep.subTasks': step(COUNT),
  'PipelineStep.title': step({ title: 'Build it' }),
  'StepApproval.reason': steps(
    () => REASON,
    () => ({ approval: { reason: 'Really?' } }),
  ),
  'StepApproval.timeout': steps(
    () => REASON,
    () => ({ approval: { reason: 'Go on?', timeout: Duration.hours(1) } }),
  ),
  'SubTaskLimits.budget': steps(
    () => COUNT,
    () => ({ subTasks: { count: 2, budget: usd(1) } }),
  ),
  'SubTaskLimits.count': steps(
    () => COUNT,
    () => ({ subTasks: { count: 3 } }),
  ),
  'SubTaskLimits.depth': steps(
    () => COUNT,
    () => ({ subTasks: { count: 2, depth: 2 } }),
  ),
  'SubTaskLimits.parallel': steps(
    () => COUNT,
    () => ({ subTasks: { count: 2, parallel: 1 } }),
  ),
  'TriggerProps.start': crons(({ bob }) => ({ start: bob })),
  'TriggerProps.title': crons(() => ({ title: 'Weekly' })),
  'WebhookTriggerProps.header': hooks(() => ({ header: 'X-Signature' })),
  'WebhookTriggerProps.secret': hooks(({ other }) => ({ secret: other })),
  'WebhookTriggerProps.timestampHeader': hooks(
    () => ({ header: 'X-Signature', timestampHeader: 'X-Time' }),
    () => ({ header: 'X-Signature' }),
  ),
};

import { readSeconds, scheduleOrJob } from './agent-run.ts';
import { call, type Code, flag, number, object, text, withOptions } from './code.ts';
import type { Fields } from './fields.ts';
import { type KelosShared, readWorker } from './kelos-worker.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';
import { parseQuantity, sizeCode } from './values.ts';

const DEFAULT_WORKSPACE = 10 * 2 ** 30;
const TRIGGER = "no event starts an agent by itself yet; whoever receives the event hands the org's dispatcher a task";
const NEEDS = "tasks that wait for each other are handed to the dispatcher together, by 'needs'";

/** What the agents of an org in Kelos have in common. */
export interface KelosSurroundings extends KelosShared {
  readonly budgets: ReadonlyMap<Resource, Code>;
}

/** Makes an agent of a Task: one Job for each time that it is asked for. */
export function makeTaskAgent(plan: StackPlan, resource: Resource, surroundings: KelosSurroundings): void {
  const spec = resource.fields.get('spec');
  if (spec.get('workerPoolRef').exists)
    return resource.fields.leave('a task for a pool is not declared: it is handed to the dispatcher, for the agent that the pool became');
  const limits = readLimits(spec);
  make(plan, resource, surroundings, {
    place: spec,
    run: call('Run.job', ...withOptions(object(limits))),
    prompt: spec.get('prompt'),
    workspace: (size) => call('Workspace.scratch', size),
  });
}

/** Makes an agent of a TaskSpawner: by the clock, or one Job for each task that somebody hands in. */
export function makeSpawnerAgent(plan: StackPlan, resource: Resource, surroundings: KelosSurroundings): void {
  const spec = resource.fields.get('spec');
  const template = spec.get('taskTemplate');
  if (template.get('workerPoolRef').exists)
    return resource.fields.leave('what it spawns goes to a pool; hand its tasks to the dispatcher, for the agent that the pool became');
  for (const key of spec.get('when').keys()) if (key !== 'cron') spec.get('when', key).leave(TRIGGER);
  spec.get('maxTotalTasks').leave('nothing counts tasks over all time; what an agent may spend is its budget');
  spec.get('pollInterval').leave(TRIGGER);
  spec.get('credentials').leave('each agent has its models, and each model its key');
  template.get('contextSources').leave('what a task needs to know is in its input');
  template.get('nameTemplate').leave('the dispatcher names tasks');
  template.get('metadata').leave('Fleetwright sets the labels and annotations of its objects');
  const limits = readLimits(template);
  const cron = spec.get('when', 'cron', 'schedule');
  const most = spec.get('maxConcurrency').number();
  if (most !== undefined && most > 1) spec.get('maxConcurrency').change('runs may overlap, however many they are');
  const options = {
    whileRunning: most !== undefined && most > 1 ? text('Allow') : undefined,
    suspended: spec.get('suspend').flag() === true ? flag(true) : undefined,
    ...limits,
  };
  if (!cron.exists) for (const key of ['maxConcurrency', 'suspend']) spec.get(key).leave('it goes with a schedule, and there is none');
  const job = object(limits);
  make(plan, resource, surroundings, {
    place: template,
    run: cron.exists ? scheduleOrJob(cron, options, job).code : call('Run.job', ...withOptions(job)),
    prompt: template.get('promptTemplate'),
    workspace: (size) => call('Workspace.scratch', size),
  });
}

/** Makes an agent of a WorkerPool: workers that take tasks from the org's queue. */
export function makePoolAgent(plan: StackPlan, resource: Resource, surroundings: KelosSurroundings): void {
  const spec = resource.fields.get('spec');
  const field = spec.get('replicas');
  const replicas = field.number() ?? 1;
  const count = Number.isInteger(replicas) && replicas >= 1 && replicas <= 1000 ? replicas : 1;
  if (count === replicas) field.change('as many workers as there is work for, up to this many');
  else field.change('a pool has 1 to 1000 workers: one');
  make(plan, resource, surroundings, {
    place: spec,
    run: call('Run.pool', object({ max: number(count) })),
    prompt: undefined,
    workspace: (size) => call('Workspace.scratch', size),
  });
  spec.get('volumeClaimTemplate', 'resources').change('each worker has a workspace that goes with its pod');
}

/** Makes an agent of a Session: a service with a workspace that stays. */
export function makeSessionAgent(plan: StackPlan, resource: Resource, surroundings: KelosSurroundings): void {
  const spec = resource.fields.get('spec');
  spec.get('suspend').leave('a service is always there; leave the agent out of the stack while it rests');
  spec.get('idlePolicy').leave('a service is always there; Run.sandbox is there on demand');
  spec.get('initialBranch').leave('say it in the instructions');
  make(plan, resource, surroundings, {
    place: spec,
    run: call('Run.service'),
    prompt: spec.get('initialPrompt'),
    workspace: (size) => call('Workspace.volume', object({ size })),
  });
}

interface Making {
  /** Where what runs the agent is said. */
  readonly place: Fields;
  readonly run: Code;
  readonly prompt: Fields | undefined;
  readonly workspace: (size: Code) => Code;
}

// oxlint-disable-next-line eslint/max-params -- the same three for all, and what differs
function make(plan: StackPlan, resource: Resource, surroundings: KelosSurroundings, { place, run, prompt, workspace }: Making): void {
  leaveTaskFields(place);
  const { props, hasModels, hasRepository, guidance } = readWorker(plan, resource, place, surroundings);
  const { runtime, models, tools, egress, ...others } = props;
  if (prompt?.text()?.includes('{{') === true) {
    prompt.change("Kelos filled in '{{ … }}'; here it stays as text, and what a task has to know is in its input");
  }
  const lines = [...guidance, prompt?.text()?.trimEnd() ?? ''].filter((line) => line !== '');
  const size = readVolume(resource.fields.get('spec', 'volumeClaimTemplate')) ?? (hasRepository ? sizeCode(DEFAULT_WORKSPACE) : undefined);
  plan.make(resource, 'agent', 'new Agent', {
    runtime,
    run,
    models,
    tools,
    instructions: lines.length > 0 ? text(lines.join('\n\n')) : undefined,
    workspace: size && workspace(size),
    egress,
    budget: hasModels ? surroundings.budgets.get(resource) : undefined,
    ...others,
  });
}

function leaveTaskFields(place: Fields): void {
  place.get('dependsOn').leave(NEEDS);
  place.get('branch').leave('say it in the instructions');
  place.get('upstreamRepo').leave('say it in the instructions');
  place.get('podFailurePolicy').leave("a run that fails is tried again as often as 'retries' says");
}

function readLimits(place: Fields): Readonly<Record<'deadline' | 'keepFinished', Code | undefined>> {
  const worker = place.get('worker').exists ? place.get('worker') : place;
  const deadline = worker.get('podOverrides', 'activeDeadlineSeconds');
  const ttl = place.get('ttlSecondsAfterFinished');
  return {
    deadline: readSeconds(deadline, deadline.number(), { least: 1, most: 7 * 86_400 }),
    keepFinished: readSeconds(ttl, ttl.number(), { least: 0, most: 90 * 86_400 }),
  };
}

function readVolume(claim: Fields): Code | undefined {
  if (!claim.exists) return undefined;
  claim.get('accessModes').change('one pod mounts it at a time');
  for (const key of ['storageClassName', 'volumeMode', 'selector', 'dataSource'])
    claim.get(key).leave("it is 'cluster.storage' in environments/<env>.yaml");
  return sizeCode(parseQuantity(claim.get('resources', 'requests', 'storage').text())) ?? sizeCode(DEFAULT_WORKSPACE);
}

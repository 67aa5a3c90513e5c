import { Replicas, Run } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, flag, number, object, text, withOptions } from './code.ts';
import { normalizeCron } from './cron.ts';
import type { Fields } from './fields.ts';
import { durationCode, parseDuration } from './values.ts';

/** How an agent comes to run. */
export interface ReadRun {
  readonly kind: 'service' | 'job' | 'schedule';
  readonly code: Code;
  /** Whether two of its pods may be there at a time. */
  readonly isMany: boolean;
}

const TASK_MODES = new Set(['task', 'scheduled', 'event-driven']);

/** Whether a LanguageAgent is always there: what no version calls a task is a service. */
export function isService(spec: Fields): boolean {
  return !TASK_MODES.has(modeOf(spec));
}

/** Reads how a LanguageAgent runs, by the words of any version. */
export function readRun(spec: Fields, expose: Code | undefined): ReadRun {
  const execution = spec.get('execution');
  const mode = modeOf(spec);
  const schedule = execution.get('schedule').exists ? execution.get('schedule') : spec.get('schedule');
  readTriggers(spec.get('eventTriggers'));
  if (TASK_MODES.has(mode)) {
    spec.get('replicas').leave('one run is one pod');
    return readTask(spec, execution, schedule);
  }
  if (!['service', 'autonomous', 'interactive'].includes(mode)) {
    spec.first('executionMode', 'execution').change('it is no known mode, so it runs as a service');
  }
  schedule.leave('only what ends can be scheduled, and a service does not end');
  return readService(spec, execution, expose);
}

/** A run by the clock from a cron line that may not be one; otherwise a job for each task. */
export function scheduleOrJob(field: Fields, options: Readonly<Record<string, Code | undefined>>, job: Code): ReadRun {
  const written = field.text() ?? '';
  const cron = normalizeCron(written);
  const refused = refusalOf(() => Run.schedule(cron));
  if (refused !== undefined) {
    field.leave(refused);
    return { kind: 'job', code: call('Run.job', ...withOptions(job)), isMany: true };
  }
  if (cron !== written) field.change(`it is written as five fields of numbers: '${cron}'`);
  const isMany = options['whileRunning']?.kind === 'text' && options['whileRunning'].text === 'Allow';
  return { kind: 'schedule', code: call('Run.schedule', text(cron), ...withOptions(object(options))), isMany };
}

function readService(spec: Fields, execution: Fields, expose: Code | undefined): ReadRun {
  for (const field of [
    execution.get('activeDeadlineSeconds'),
    execution.get('retryLimit'),
    spec.get('timeout'),
    spec.get('backoffLimit'),
  ]) {
    field.leave('a service does not end, and is started again when it fails');
  }
  execution.get('suspend').leave('a service is always there; leave the agent out of the stack while it rests');
  const field = spec.get('replicas').exists ? spec.get('replicas') : spec.get('deployment', 'replicas');
  const count = field.number() ?? 1;
  const refused = refusalOf(() => Replicas.fixed(count));
  if (refused !== undefined) field.change('a service has at least one pod and at most 200: one');
  const replicas = refused === undefined && count !== 1 ? call('Replicas.fixed', number(count)) : undefined;
  return { kind: 'service', code: call('Run.service', ...withOptions(object({ replicas, expose }))), isMany: replicas !== undefined };
}

function readTask(spec: Fields, execution: Fields, schedule: Fields): ReadRun {
  const limits = readLimits(spec, execution);
  const job = object(limits);
  if (!schedule.exists) {
    for (const key of ['timezone', 'concurrencyPolicy', 'suspend']) execution.get(key).leave('it goes with a schedule, and there is none');
    return { kind: 'job', code: call('Run.job', ...withOptions(job)), isMany: true };
  }
  const zone = execution.get('timezone').text();
  const refused = zone === undefined ? undefined : refusalOf(() => Run.schedule('0 0 * * *', { timeZone: zone }));
  if (refused !== undefined) execution.get('timezone').leave(refused);
  const policy = execution.get('concurrencyPolicy').text();
  const isPolicy = policy === 'Allow' || policy === 'Replace';
  if (policy !== undefined && !isPolicy && policy !== 'Forbid') execution.get('concurrencyPolicy').leave('it is Forbid, Allow or Replace');
  const options = {
    timeZone: zone === undefined || refused !== undefined ? undefined : text(zone),
    whileRunning: isPolicy ? text(policy) : undefined,
    suspended: execution.get('suspend').flag() === true ? flag(true) : undefined,
    ...limits,
  };
  return scheduleOrJob(schedule, options, job);
}

function readLimits(spec: Fields, execution: Fields): Readonly<Record<string, Code | undefined>> {
  const timeout = spec.get('timeout');
  const retries = execution.get('retryLimit').exists ? execution.get('retryLimit') : spec.get('backoffLimit');
  const own = execution.get('activeDeadlineSeconds');
  const seconds = own.number() ?? parseDuration(timeout.text());
  if (own.exists) timeout.leave('activeDeadlineSeconds says it');
  else timeout.change('a run is stopped after it; language-operator ignored it');
  const count = retries.number();
  const isCount = count !== undefined && Number.isInteger(count) && count >= 0 && count <= 10;
  if (!isCount) retries.leave('a failed run is tried again 0 to 10 times');
  else if (spec.get('backoffLimit').exists) retries.change('a failed run is tried again; language-operator ignored it');
  return {
    deadline: readSeconds(own.exists ? own : timeout, seconds, { least: 1, most: 7 * 86_400 }),
    retries: isCount && count > 0 ? number(count) : undefined,
    keepFinished: readSeconds(execution.get('ttlSecondsAfterFinished'), execution.get('ttlSecondsAfterFinished').number(), {
      least: 0,
      most: 90 * 86_400,
    }),
  };
}

/** A duration that is rounded and cut to what a run takes, which is said. */
export function readSeconds(
  field: Fields,
  seconds: number | undefined,
  { least, most }: { least: number; most: number },
): Code | undefined {
  if (seconds === undefined) {
    field.leave('it is no duration');
    return undefined;
  }
  const whole = Math.min(Math.max(Math.round(seconds), least), most);
  if (whole !== seconds) field.change(`it is from ${least} s to ${most} s: ${whole} s`);
  return durationCode(whole);
}

function readTriggers(triggers: Fields): void {
  triggers.leave("no event starts an agent by itself yet; whoever receives the event hands the org's dispatcher a task");
}

function modeOf(spec: Fields): string {
  return spec.get('execution', 'mode').text() ?? spec.get('executionMode').text() ?? 'service';
}

import { findExpressionProblem } from '../controller/contract/conditions/index.ts';
import { Agent } from './agent.ts';
import { findChoiceProblems } from './choices.ts';
import { findCronProblems, findTimeZoneProblems } from './cron.ts';
import type { Problem } from './errors.ts';
import { findJsonProblems, isPlain } from './json.ts';
import { findKindProblems } from './kinds.ts';
import { isHeaderName } from './names.ts';
import { findOwnPartProblems } from './own-parts.ts';
import { Pipeline } from './pipeline.ts';
import { WHILE_RUNNING } from './run.ts';
import { Secret } from './secret.ts';
import { findSentenceProblems } from './sentences.ts';
import type { CronTriggerProps, EventTriggerProps, Trigger, TriggerSource, WebhookTriggerProps } from './trigger.ts';

/** Bytes of JSON that a schedule may pass on. */
const MOST_INPUT = 64 * 1024;

/** Fields of the input that are made of what happened. */
const MOST_FIELDS = 100;

const FIELD = /^[A-Za-z][\w-]{0,62}$/;
const GITHUB_EVENT = /^[a-z][a-z_]{0,62}(\.[a-z][a-z_]{0,62})?$/;
/** Names of CloudEvents and their sources: what may stand in a URL, and no more. */
const EVENT_NAME = /^[\w.~:/?#@!$&'()*+,;=%-]{1,256}$/;

/** What is wrong with a trigger. */
export function findTriggerProblems({ from, org, start, title }: Trigger): Problem[] {
  return [
    ...findOwnPartProblems('start', start, org, Agent, Pipeline),
    ...findSentenceProblems('title', title, 'say in one line what is started'),
    ...findSourceProblems(from),
  ];
}

function findSourceProblems(from: TriggerSource): Problem[] {
  switch (from.kind) {
    case 'cron':
      return [...findCronProblems(from.cron), ...findScheduleProblems(from)];
    case 'github':
      return [...findSecretProblems(from.secret), ...findFilterProblems(from.events), ...findEventProblems(from)];
    case 'webhook':
      return [...findSecretProblems(from.secret), ...findHeaderProblems(from), ...findEventProblems(from)];
    case 'event':
      return [
        ...findNamed('type', from.type),
        ...(from.source === undefined ? [] : findNamed('source', from.source)),
        ...findEventProblems(from),
      ];
  }
}

type Of<Props> = Omit<Props, 'start' | 'title'>;

function findScheduleProblems({
  input,
  suspended = false,
  timeZone = 'Etc/UTC',
  whileRunning = 'Forbid',
}: Of<CronTriggerProps>): Problem[] {
  return [
    ...findTimeZoneProblems(timeZone),
    ...findChoiceProblems('whileRunning', whileRunning, WHILE_RUNNING),
    ...findChoiceProblems('suspended', suspended, [true, false]),
    ...(input === undefined ? [] : findJsonProblems('input', input, MOST_INPUT)),
  ];
}

function findSecretProblems(secret: Secret): Problem[] {
  if (!(secret instanceof Secret)) return findKindProblems('secret', secret, Secret);
  if (secret.from.kind !== 'sops') return [];
  const hint = 'a file of sops is encrypted for the namespace of the org, and the dispatcher stands in another';
  return [{ prop: 'secret', must: 'be a Secret.external or a Secret.reference', got: secret.node.path, hint }];
}

function findFilterProblems(events: readonly string[] | undefined): Problem[] {
  if (events === undefined) return [];
  const isFine =
    Array.isArray(events) &&
    events.length > 0 &&
    Array.from<unknown>(events).every((event) => typeof event === 'string' && GITHUB_EVENT.test(event));
  return isFine ? [] : [{ prop: 'events', must: "be events of GitHub, such as 'push' or 'issues.opened'", got: events }];
}

function findHeaderProblems({ header, timestampHeader }: Of<WebhookTriggerProps>): Problem[] {
  const problems: Problem[] = [];
  for (const [prop, name] of Object.entries({ header, timestampHeader })) {
    if (name !== undefined && !isHeaderName(name)) {
      problems.push({ prop, must: 'be the name of an HTTP header, none that says where a request goes or ends', got: name });
    }
  }
  if (isHeaderName(header) && isHeaderName(timestampHeader) && header.toLowerCase() === timestampHeader.toLowerCase())
    problems.push({ prop: 'timestampHeader', must: "be another one than 'header', as each request has both", got: timestampHeader });
  if (header === undefined && timestampHeader !== undefined)
    problems.push({
      prop: 'timestampHeader',
      must: "go with 'header', as Standard Webhooks have names of their own",
      got: timestampHeader,
    });
  return problems;
}

function findNamed(prop: string, name: unknown): Problem[] {
  return typeof name === 'string' && EVENT_NAME.test(name) ? [] : [{ prop, must: 'be 1 to 256 characters that a URL may have', got: name }];
}

function findEventProblems({ input, when }: Of<EventTriggerProps>): Problem[] {
  const problems: Problem[] = [];
  const condition = when === undefined ? undefined : findExpressionProblem(when, 'bool');
  if (condition !== undefined) problems.push({ prop: 'when', must: condition, got: when });
  return input === undefined ? problems : [...problems, ...findFieldProblems(input)];
}

function findFieldProblems(input: Readonly<Record<string, unknown>>): Problem[] {
  if (!isPlain(input)) return [{ prop: 'input', must: 'hold an expression for each field', got: input }];
  const fields = Object.entries(input);
  if (fields.length > MOST_FIELDS) return [{ prop: 'input', must: `have at most ${MOST_FIELDS} fields`, got: fields.length }];
  const problems: Problem[] = [];
  for (const [field, expression] of fields) {
    if (!FIELD.test(field) || field === 'constructor')
      problems.push({ prop: 'input', must: 'have fields of letters, digits, _ and -', got: field });
    const problem = findExpressionProblem(expression, 'any');
    if (problem !== undefined) problems.push({ prop: `input.${field}`, must: problem, got: expression });
  }
  return problems;
}

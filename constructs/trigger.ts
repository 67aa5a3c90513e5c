import type { Agent } from './agent.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import type { Pipeline } from './pipeline.ts';
import type { WhileRunning } from './run.ts';
import type { Secret } from './secret.ts';
import { findTriggerProblems } from './trigger-problems.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

/** What every trigger says. */
export interface TriggerProps {
  /** What it starts: a run of a pipeline, or one task of an agent. */
  readonly start: Agent | Pipeline;

  /** Title of the task or run, in one line. */
  readonly title: string;
}

/** Options of `Trigger.cron`. */
export interface CronTriggerProps extends TriggerProps {
  /**
   * IANA time zone of the schedule. A local time that is skipped when clocks go forward is due at the first moment after the gap; one
   * that comes twice is due the first time only.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * What happens when it is due while what it started last still works: nothing, a second one, or the last one is cancelled.
   *
   * @default 'Forbid'
   */
  readonly whileRunning?: WhileRunning;

  /**
   * Whether the schedule rests.
   *
   * @default false
   */
  readonly suspended?: boolean;

  /**
   * The input: JSON of at most 64 KiB and 64 levels.
   *
   * @default null
   */
  readonly input?: unknown;
}

/**
 * What makes a trigger of something that happens: a choice, and what of it is passed on. Both are written in CEL, over two variables:
 * `event`, a map of texts with at least `id`, `type` and `source`; and `data`, the JSON that was sent.
 *
 * @see https://cel.dev
 */
export interface EventTriggerProps extends TriggerProps {
  /**
   * Starts only when this is true: `data.issue.state == "open"`. What cannot be evaluated, such as a field that is missing, starts nothing.
   *
   * @default 'true'
   */
  readonly when?: string;

  /**
   * The input, field by field: `{ issue: 'data.issue.number' }`. Nothing else that was sent comes through. At most 100 fields, which
   * together may have 64 KiB.
   *
   * @default the attributes alone: `{ event: 'event' }`
   */
  readonly input?: Readonly<Record<string, string>>;
}

/** Options of `Trigger.github`. */
export interface GithubTriggerProps extends EventTriggerProps {
  /** The webhook's secret. The dispatcher gets it as a file, and no agent does. Two lines in it are two secrets, for a change from one to the other. */
  readonly secret: Secret;

  /**
   * Which events it is for, with or without their action: `['push', 'issues.opened']`.
   *
   * @default all that the webhook sends, but for `ping`
   * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads
   */
  readonly events?: readonly string[];
}

/** Options of `Trigger.webhook`. */
export interface WebhookTriggerProps extends EventTriggerProps {
  /** What the sender signs with. The dispatcher gets it as a file, and no agent does. Two lines in it are two secrets, for a change from one to the other. */
  readonly secret: Secret;

  /**
   * The header with the HMAC-SHA256 of the body, in hexadecimal or base64, with or without `sha256=` before it.
   *
   * @default the headers of Standard Webhooks, whose signature also covers an id and the time
   * @see https://www.standardwebhooks.com
   */
  readonly header?: string;

  /**
   * The header with the time of sending, in seconds since 1970. The signature is then that of `<time>.<body>`, and is good for five minutes.
   * Without it, the same body counts once.
   *
   * @default the time is not signed
   */
  readonly timestampHeader?: string;
}

/** Options of `Trigger.event`. */
export interface CloudEventTriggerProps extends EventTriggerProps {
  /** The `type` of the CloudEvents that it is for: `com.example.order.paid`. */
  readonly type: string;

  /**
   * Their `source`.
   *
   * @default any
   */
  readonly source?: string;
}

const TRIGGER: PropNames<TriggerProps> = { start: true, title: true };
const EVENT: PropNames<EventTriggerProps> = { ...TRIGGER, when: true, input: true };
const CRON_PROPS: PropNames<CronTriggerProps> = { ...TRIGGER, timeZone: true, whileRunning: true, suspended: true, input: true };
const GITHUB_PROPS: PropNames<GithubTriggerProps> = { ...EVENT, secret: true, events: true };
const WEBHOOK_PROPS: PropNames<WebhookTriggerProps> = { ...EVENT, secret: true, header: true, timestampHeader: true };
const CLOUD_EVENT_PROPS: PropNames<CloudEventTriggerProps> = { ...EVENT, type: true, source: true };

/** What a trigger listens to. */
export type TriggerSource =
  | ({ readonly kind: 'cron'; readonly cron: string } & Omit<CronTriggerProps, keyof TriggerProps>)
  | ({ readonly kind: 'github' } & Omit<GithubTriggerProps, keyof TriggerProps>)
  | ({ readonly kind: 'webhook' } & Omit<WebhookTriggerProps, keyof TriggerProps>)
  | ({ readonly kind: 'event' } & Omit<CloudEventTriggerProps, keyof TriggerProps>);

/** What starts work without a person: the clock, a webhook, an event. Whatever it is, each occurrence starts one task or run, once. */
export class Trigger extends OrgPart {
  readonly start: Agent | Pipeline;
  readonly title: string;
  readonly from: TriggerSource;

  /** By the clock, in the five fields of cron. Of several times missed while nothing ran, the last one counts. */
  static cron(org: Org, id: string, cron: string, props: CronTriggerProps): Trigger {
    return new Trigger(org, id, props, { kind: 'cron', cron });
  }

  /**
   * By a webhook of GitHub, whose address is `<dispatcher>/hooks/<org>/<id>`. It must send JSON.
   *
   * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
   */
  static github(org: Org, id: string, props: GithubTriggerProps): Trigger {
    return new Trigger(org, id, props, { kind: 'github' });
  }

  /**
   * By signed JSON, or a signed CloudEvent in structured mode, sent to `<dispatcher>/hooks/<org>/<id>`.
   *
   * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
   */
  static webhook(org: Org, id: string, props: WebhookTriggerProps): Trigger {
    return new Trigger(org, id, props, { kind: 'webhook' });
  }

  /** By a CloudEvent that an operator's token brings to `<dispatcher>/v1/orgs/<org>/events`. @see https://cloudevents.io */
  static event(org: Org, id: string, props: CloudEventTriggerProps): Trigger {
    return new Trigger(org, id, props, { kind: 'event' });
  }

  // oxlint-disable-next-line eslint/max-params -- as the factories are called, and what tells them apart
  private constructor(org: Org, id: string, props: Props, made: Made) {
    // Each factory is named for the kind that it makes.
    super(org, id, Trigger[made.kind]);
    this.refuse(findUnknownProps(props, PROPS[made.kind]));
    const { start, title, ...rest } = props;
    this.start = start;
    this.title = title;
    // The factory has put together what belongs together.
    this.from = Object.freeze({ ...rest, ...made } as TriggerSource);
    this.refuse(findTriggerProblems(this));
  }

  /** The secret of a webhook. The dispatcher needs it, as the file `hookSecretFile` of the contract. */
  get secret(): Secret | undefined {
    return 'secret' in this.from ? this.from.secret : undefined;
  }
}

type Props = CronTriggerProps | GithubTriggerProps | WebhookTriggerProps | CloudEventTriggerProps;
type Made = { readonly kind: 'cron'; readonly cron: string } | { readonly kind: 'github' | 'webhook' | 'event' };

const PROPS: Readonly<Record<TriggerSource['kind'], object>> = {
  cron: CRON_PROPS,
  github: GITHUB_PROPS,
  webhook: WEBHOOK_PROPS,
  event: CLOUD_EVENT_PROPS,
};

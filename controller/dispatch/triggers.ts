import { compileExpression, type Expression, type Occurrence, toScope } from '../contract/conditions/index.ts';
import { type Fleet, LIMITS, Refusal, type Trigger } from '../contract/wire/index.ts';
import type { Dispatcher } from './dispatcher.ts';
import { Patience } from './patience.ts';
import { type Begun, type Delivery, Pipelines } from './pipelines.ts';
import { digestOf, toStorable } from './storable.ts';
import type { Store } from './store.ts';

/** A trigger that waits for something to happen. */
export type EventTrigger = Exclude<Trigger, { kind: 'cron' }>;

/** Characters of an id; an index holds no more. */
const LONGEST_ID = 256;

/** What was brought to a trigger, and what became of it. */
export interface DeliveryStatus extends Pick<Delivery, 'id' | 'outcome' | 'detail'> {
  readonly at: string;
  readonly run?: string;
  readonly task?: string;
}

/** What a trigger makes of what happened. */
type Verdict = Pick<Delivery, 'outcome' | 'detail'> & { readonly input?: unknown };

/** Decides what is worth work, and begins it. */
export class Triggers {
  readonly #store: Store;
  readonly #pipelines: Pipelines;
  readonly #fleet: Fleet;
  readonly #expressions = new Map<string, Expression>();
  readonly #patience = new Patience();

  constructor(dispatcher: Dispatcher, fleet: Fleet) {
    this.#store = dispatcher.store;
    this.#pipelines = new Pipelines(dispatcher, fleet);
    this.#fleet = fleet;
  }

  /** The triggers of an org. */
  list(org: string): { readonly name: string; readonly trigger: Trigger }[] {
    return Object.entries(this.#triggers(org)).map(([name, trigger]) => ({ name, trigger }));
  }

  /** What was last brought to a trigger, newest first. */
  async deliveries(org: string, name: string, limit: number): Promise<DeliveryStatus[]> {
    const text = `select json_strip_nulls(json_build_object('id', id, 'at', iso(at), 'outcome', outcome, 'detail', detail, 'run', run, 'task', task))
      from delivery where org = $1 and trigger = $2 order by at desc limit $3`;
    return this.#store.read<DeliveryStatus>(text, [org, name, limit], org);
  }

  /** The trigger of this name that waits for something to happen. */
  find(org: string, name: string): EventTrigger | undefined {
    const triggers = this.#triggers(org);
    const trigger = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
    return trigger?.kind === 'cron' ? undefined : trigger;
  }

  /**
   * Begins what the org's triggers for CloudEvents begin by this one.
   *
   * @throws Refusal as `fire`
   * @returns what became of it, by trigger; those that wait for another type or source are not there
   */
  async publish(org: string, occurrence: Occurrence): Promise<Record<string, Begun>> {
    const { source = '', type } = occurrence.event;
    const meant = Object.entries(this.#triggers(org)).flatMap(([name, trigger]) =>
      trigger.kind === 'event' && trigger.type === type && (trigger.source ?? source) === source ? [name] : [],
    );
    const answers: Record<string, Begun> = {};
    // One after the other, as each has the lock of the org.
    for (const name of meant) answers[name] = await this.fire(org, name, occurrence);
    return answers;
  }

  /**
   * Begins what a trigger begins by what happened, once.
   *
   * @param signed what it was known by when it came; a CloudEvent is known by its source and id
   * @throws Refusal FW_NOT_FOUND, and what stands in the way of the task or run; then nothing is noted, and the same may be brought again
   */
  async fire(org: string, name: string, occurrence: Occurrence, signed?: Pick<Delivery, 'id' | 'digest'>): Promise<Begun> {
    const trigger = this.find(org, name);
    if (trigger === undefined) throw new Refusal('FW_NOT_FOUND', `Org '${org}' has no trigger '${name}'`);
    const { input, ...verdict } = await this.#judge(`${org}/${name}`, trigger, occurrence);
    const { agent, pipeline, title } = trigger;
    const work = verdict.outcome === 'started' ? { agent, pipeline, title, input, by: `trigger ${name}` } : undefined;
    return this.#pipelines.begin(org, work, { trigger: name, ...signed, id: idOf(occurrence, signed?.id), ...verdict });
  }

  #triggers(org: string): Readonly<Record<string, Trigger>> {
    const { orgs } = this.#fleet;
    return (Object.hasOwn(orgs, org) ? orgs[org]?.triggers : undefined) ?? {};
  }

  /** What cannot be made out is not wanted: it starts nothing, and is noted. */
  async #judge(name: string, { when, input = { event: 'event' }, ...rest }: EventTrigger, occurrence: Occurrence): Promise<Verdict> {
    if (rest.kind === 'github' && !isListed(rest.events, occurrence)) return { outcome: 'unwanted', detail: 'events' };
    try {
      const chooses = when === undefined ? undefined : this.#compile(when);
      const fields = Object.entries(input).map(([field, text]) => [field, this.#compile(text)] as const);
      return await this.#patience.think(name, (): Verdict => {
        const scope = toScope(occurrence);
        if (chooses !== undefined && !isTrue(chooses(scope))) return { outcome: 'unwanted', detail: 'when' };
        const made = Object.fromEntries(fields.map(([field, evaluate]) => [field, evaluate(scope)]));
        toStorable(made, '/input', LIMITS.dataBytes);
        return { outcome: 'started', input: made };
      });
    } catch (error) {
      return { outcome: 'failed', detail: (error instanceof Error ? error.message : String(error)).slice(0, LIMITS.text) };
    }
  }

  #compile(text: string): Expression {
    const known = this.#expressions.get(text) ?? compileExpression(text);
    this.#expressions.set(text, known);
    return known;
  }
}

/** The sender tells events of one source apart by their ids. Escaped, a source has no space. */
function idOf({ event: { id = '', source = '', specversion } }: Occurrence, signed = ''): string {
  if (specversion === undefined) return signed;
  const text = `${encodeURI(source)} ${id}`;
  return text.length > LONGEST_ID ? digestOf(text) : text;
}

/** Whether an event of GitHub is one of these, with or without its action. */
function isListed(events: readonly string[] | undefined, { event: { type }, data }: Occurrence): boolean {
  // The first thing that GitHub says is nothing that happened.
  if (events === undefined) return type !== 'ping';
  const { action } = typeof data === 'object' && data !== null && 'action' in data ? data : { action: undefined };
  return events.some((event) => event === type || (typeof action === 'string' && event === `${type}.${action}`));
}

function isTrue(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error(`'when' is ${typeof value}, neither true nor false`);
}

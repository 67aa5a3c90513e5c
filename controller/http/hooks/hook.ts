import type { FastifyRequest } from 'fastify';
import type { Occurrence } from '../../contract/conditions/index.ts';
import { Refusal } from '../../contract/wire/index.ts';
import type { Begun, EventTrigger, Triggers } from '../../dispatch/index.ts';
import { parseJson } from '../messages/json.ts';
import { readSignedEvent } from './cloud-event.ts';
import type { HookSecrets } from './hook-secrets.ts';
import { type Signed, verify } from './signature.ts';

/** A request to a trigger. */
export interface Knock {
  readonly org: string;
  readonly trigger: string;
  readonly request: Pick<FastifyRequest, 'headers'> & { readonly body: Buffer };
}

/** Lets in what is signed by whom a trigger knows, and hands it on. */
export class Hooks {
  readonly #triggers: Triggers;
  readonly #secrets: HookSecrets;

  constructor(triggers: Triggers, secrets: HookSecrets) {
    this.#triggers = triggers;
    this.#secrets = secrets;
  }

  /**
   * Who is there. Nothing but this decides who may come in: whoever is not known hears the same, whatever the reason.
   *
   * @throws Refusal FW_FORBIDDEN
   */
  async verify({ org, trigger: name, request }: Knock): Promise<{ readonly trigger: EventTrigger; readonly signed: Signed }> {
    const trigger = this.#triggers.find(org, name);
    const signed = verify(trigger, await this.#secrets.of(trigger), request, Date.now());
    if (trigger === undefined || signed === undefined)
      throw new Refusal('FW_FORBIDDEN', 'There is no trigger at this address that such a signature opens, or the signature is too old');
    return { trigger, signed };
  }

  /** Begins what the trigger begins. @throws Refusal FW_BODY_INVALID, FW_TEXT_INVALID, and what `Triggers.fire` throws */
  async enter({ org, trigger: name, request }: Knock, trigger: EventTrigger, signed: Signed): Promise<Begun> {
    return this.#triggers.fire(org, name, read(trigger, signed, request), signed);
  }
}

/** What happened, as expressions see it. */
function read(trigger: EventTrigger, { id }: Signed, { headers, body }: Knock['request']): Occurrence {
  const event = trigger.kind === 'github' ? undefined : readSignedEvent(headers, body);
  if (event !== undefined) return event;
  if (/^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? ''))
    throw new Refusal('FW_BODY_INVALID', "The body is a form; set the webhook's content type to application/json");
  const type = headers['x-github-event'];
  const isKnown = trigger.kind === 'github' && typeof type === 'string' && /^[a-z_]{1,64}$/.test(type);
  return { event: { id, source: trigger.kind, type: isKnown ? type : trigger.kind }, data: parseJson(body) ?? null };
}

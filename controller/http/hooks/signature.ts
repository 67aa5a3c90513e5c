import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { EventTrigger } from '../../dispatch/index.ts';

/** How far the time of sending may be from now, in seconds. */
const TOLERANCE_SECONDS = 300;

/** What a request with a good signature is known by, so that it counts once. */
export interface Signed {
  /** The sender's id; where it has none, what stands for what was signed. */
  readonly id: string;
  /** Stands for what was signed, or for the id that is part of it: whatever else a request says, it is the same one. */
  readonly digest: string;
}

/** What a request claims to be signed: the text, and the signatures, of which one must be good. */
interface Claim {
  readonly text: Buffer;
  readonly signatures: readonly string[];
  readonly id?: string | undefined;
  /** The id is part of the text, and stays when the text is sent again at another time. */
  readonly signedId?: boolean;
}

/** What is for no trigger takes as long to look at as what is badly signed. */
const NOBODYS: EventTrigger = { kind: 'webhook', title: 'nobody', agent: 'nobody', secretFile: '', header: 'x-signature' };
const NOBODY = [randomBytes(32)];

/**
 * Whether one of the secrets signed a request. Nothing of the body is read before that.
 *
 * @param trigger `undefined` for one that there is not: no signature is good
 * @param now milliseconds since 1970
 */
export function verify(
  trigger: EventTrigger | undefined,
  secrets: readonly Buffer[],
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  now: number,
): Signed | undefined {
  const claim = claimOf(trigger ?? NOBODYS, headers, body, now);
  const { id, signatures, signedId = false, text } = claim ?? { signatures: [], text: body };
  // All are compared with all: how long it takes tells nothing.
  const good = (secrets.length > 0 ? secrets : NOBODY).flatMap((secret) => {
    const expected = createHmac('sha256', secret).update(text).digest();
    return signatures.filter((signature) => isEqual(expected, signature));
  });
  if (trigger === undefined || secrets.length === 0 || good.length === 0) return undefined;
  const digest = createHash('sha256')
    .update(signedId && id !== undefined ? id : text)
    .digest('base64url');
  return { id: id === undefined || id.length > 256 ? digest : id, digest };
}

function claimOf(trigger: EventTrigger, headers: IncomingHttpHeaders, body: Buffer, now: number): Claim | undefined {
  if (trigger.kind === 'github')
    return { text: body, signatures: [textOf(headers, 'x-hub-signature-256')], id: headerOf(headers, 'x-github-delivery') };
  if (trigger.kind !== 'webhook') return undefined;
  const { header, timestampHeader } = trigger;
  if (header !== undefined && timestampHeader === undefined) return { text: body, signatures: [textOf(headers, header)] };
  const sent = textOf(headers, timestampHeader ?? 'webhook-timestamp');
  if (!/^\d{1,12}$/.test(sent) || Math.abs(now / 1000 - Number(sent)) > TOLERANCE_SECONDS) return undefined;
  if (header !== undefined) return { text: Buffer.concat([Buffer.from(`${sent}.`), body]), signatures: [textOf(headers, header)] };
  const id = textOf(headers, 'webhook-id');
  if (id === '') return undefined;
  // Of a list such as `v1,<base64> v1,<base64>`.
  const signatures = textOf(headers, 'webhook-signature')
    .split(' ')
    .slice(0, 10)
    .flatMap((each) => (each.startsWith('v1,') ? [each.slice(3)] : []));
  return { text: Buffer.concat([Buffer.from(`${id}.${sent}.`), body]), signatures, id, signedId: true };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

function textOf(headers: IncomingHttpHeaders, name: string): string {
  return headerOf(headers, name) ?? '';
}

/** @param signature in hexadecimal or base64, with or without `sha256=` before it */
function isEqual(expected: Buffer, signature: string): boolean {
  const text = signature.replace(/^sha256=/, '');
  const given = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  return timingSafeEqual(expected, given.length === expected.length ? given : Buffer.alloc(expected.length));
}

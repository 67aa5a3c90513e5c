import type { IncomingHttpHeaders } from 'node:http';
import type { Occurrence } from '../../contract/conditions/index.ts';
import { Refusal } from '../../contract/wire/index.ts';
import { parseJson } from '../messages/json.ts';

/** Media type of an event that holds its own attributes. */
export const STRUCTURED = 'application/cloudevents+json';

const NEEDED = ['id', 'source', 'type'] as const;
const MOST_ATTRIBUTES = 50;
const LONGEST = 1024;

/**
 * Reads a CloudEvent, in structured or in binary mode.
 *
 * @throws Refusal FW_BODY_INVALID, FW_TEXT_INVALID
 * @returns `undefined` for what does not claim to be one
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 */
export function readCloudEvent(headers: IncomingHttpHeaders, body: Buffer): Occurrence | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('application/cloudevents') && type !== STRUCTURED)
    throw new Refusal('FW_BODY_INVALID', `Events are read one by one, as '${STRUCTURED}' or with 'ce-' headers; send this one so`);
  if (type === STRUCTURED) return readStructured(body);
  if (headers['ce-specversion'] === undefined) return undefined;
  return { event: checked(attributesOf(headers)), data: parseJson(body) ?? null };
}

/**
 * Reads a CloudEvent of whom nothing is known but a signature, which is that of the body: what stands in headers, anyone could have put there.
 *
 * @throws Refusal FW_BODY_INVALID, FW_TEXT_INVALID
 * @returns `undefined` for what does not claim to be one
 */
export function readSignedEvent(headers: IncomingHttpHeaders, body: Buffer): Occurrence | undefined {
  if (headers['ce-specversion'] !== undefined)
    throw new Refusal(
      'FW_BODY_INVALID',
      `The signature does not cover 'ce-' headers; send the event in structured mode, as '${STRUCTURED}'`,
    );
  return readCloudEvent(headers, body);
}

/** Reads an event that holds its own attributes. @throws Refusal FW_BODY_INVALID, FW_TEXT_INVALID */
export function readStructured(body: Buffer): Occurrence {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('FW_BODY_INVALID', 'A CloudEvent is an object');
  const { data = null, ...rest } = value as Readonly<Record<string, unknown>>;
  if ('data_base64' in rest) throw new Refusal('FW_BODY_INVALID', "Only JSON is read; send it as 'data'", { at: '/data_base64' });
  return { event: checked(Object.entries(rest)), data };
}

function attributesOf(headers: IncomingHttpHeaders): [string, unknown][] {
  return Object.entries(headers).flatMap(([name, value]) => (name.startsWith('ce-') ? [[name.slice(3), decode(value)]] : []));
}

function decode(value: string | string[] | undefined): unknown {
  try {
    return decodeURIComponent(String(value));
  } catch {
    return value;
  }
}

/** Attributes as texts. */
function checked(attributes: readonly (readonly [string, unknown])[]): Record<string, string> {
  const event: Record<string, string> = {};
  for (const [name, value] of attributes.slice(0, MOST_ATTRIBUTES)) {
    const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
    if (!/^[a-z0-9]{1,32}$/.test(name) || text === '' || text.length > LONGEST)
      throw new Refusal(
        'FW_BODY_INVALID',
        `The attribute '${name.slice(0, 32)}' of the CloudEvent has no such name, or is no text of 1 to ${LONGEST} characters`,
        {
          at: `/${name.slice(0, 32)}`,
        },
      );
    event[name] = text;
  }
  if (attributes.length > MOST_ATTRIBUTES) throw new Refusal('FW_BODY_INVALID', `A CloudEvent has at most ${MOST_ATTRIBUTES} attributes`);
  if (event['specversion'] !== '1.0')
    throw new Refusal('FW_BODY_INVALID', "A CloudEvent has the 'specversion' 1.0", { at: '/specversion' });
  const missing = NEEDED.find((name) => event[name] === undefined);
  if (missing !== undefined) throw new Refusal('FW_BODY_INVALID', `A CloudEvent has '${missing}'`, { at: `/${missing}` });
  return event;
}

import { hash } from 'node:crypto';
import { LIMITS, Refusal } from '../contract/wire/index.ts';

/** How deep objects and lists may stand in each other. */
const DEPTH = 100;

/** NUL, and halves of surrogate pairs, as JSON.stringify writes them. No database text can hold them. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * The JSON text of something that a caller sent, if it can be stored and read back as it was.
 *
 * @throws Refusal FW_TOO_LARGE, FW_TEXT_INVALID
 */
export function toStorable(value: unknown, at: string, bytes: number = LIMITS.dataBytes): string {
  if (depthOf(value) > DEPTH) throw new Refusal('FW_TEXT_INVALID', `${at} is more than ${DEPTH} levels deep; make it flatter`, { at });
  const text = JSON.stringify(value ?? null);
  const size = Buffer.byteLength(text);
  if (size > bytes)
    throw new Refusal('FW_TOO_LARGE', `${at} is ${size} bytes long and may be ${bytes}; send a reference to it instead`, { at });
  if (UNSTORABLE.test(text))
    throw new Refusal('FW_TEXT_INVALID', `${at} holds a NUL or half of a surrogate pair; leave it out or encode it`, { at });
  return text;
}

/** Levels, counted without recursion and no further than it takes to know that they are too many. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) if (typeof item === 'object' && item !== null) for (const inner of Object.values(item)) next.push(inner);
    if (next.length === 0 || depth > DEPTH) return depth;
    level = next;
  }
}

/** Tells a repeated request from another one, whatever the order of its fields. */
export function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(sorted(value)), 'hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

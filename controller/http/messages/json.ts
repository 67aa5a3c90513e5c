import { isUtf8 } from 'node:buffer';
import { Refusal } from '../../contract/wire/index.ts';

/** How deep objects and lists may stand in each other, the message itself included. */
const DEPTH = 110;

/** Numbers that might not be kept as they are written. */
const UNSURE_NUMBER = /[[:,\s]-?(?:\d{16}|[\d.]+[eE])/;

/** Escapes of NUL and of halves of surrogate pairs. */
const UNSURE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** A string, whole, or what stands between values. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * Reads a body strictly: what cannot be kept exactly as it was sent is refused rather than changed, and so is what two programs may read
 * differently.
 *
 * @throws Refusal FW_BODY_INVALID, FW_TEXT_INVALID
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new Refusal('FW_TEXT_INVALID', 'The body is not valid UTF-8');
  const text = body.toString('utf8');
  const value = read(text);
  const keys = countKeys(value);
  // A quote before a colon is a key, or stands within a string; only then a closer look is needed.
  if ((text.match(/"\s*:/g)?.length ?? 0) !== keys) refuseDuplicates(text);
  if (UNSURE_NUMBER.test(text)) refuseLostNumbers(text);
  if (UNSURE_ESCAPE.test(text)) refuseLostText(value);
  return value;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal('FW_BODY_INVALID', 'The body is not JSON', { cause });
  }
}

/** Counts the keys of all objects, without recursion. */
function countKeys(value: unknown): number {
  let keys = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH) throw new Refusal('FW_TEXT_INVALID', `The body is more than ${DEPTH} levels deep; make it flatter`);
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      if (!Array.isArray(item)) keys += checkKeys(item);
      for (const inner of Object.values(item)) next.push(inner);
    }
    level = next;
  }
  return keys;
}

/** Keys with which an object could be made to look like another. */
function checkKeys(object: object): number {
  const keys = Object.keys(object);
  const inner: unknown = Object.hasOwn(object, 'constructor') ? object.constructor : undefined;
  if (keys.includes('__proto__') || (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')))
    throw new Refusal('FW_BODY_INVALID', "The body has a key '__proto__' or 'constructor.prototype'; no object may have one");
  return keys.length;
}

function refuseDuplicates(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && (before === '{' || before === ',')) addKey(open.at(-1), token);
    before = token;
  }
}

function addKey(keys: Set<string> | undefined, token: string): void {
  const key: unknown = JSON.parse(token);
  if (keys?.has(String(key))) throw new Refusal('FW_BODY_INVALID', `The body has the key ${token.slice(0, 80)} twice in one object`);
  keys?.add(String(key));
}

function refuseLostNumbers(text: string): void {
  JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value;
    const { source = '' } = context ?? {};
    if (Number.isFinite(value) && !(/^-?\d+$/.test(source) && BigInt(source) !== BigInt(value))) return value;
    throw new Refusal('FW_BODY_INVALID', `The number ${source.slice(0, 40)} cannot be kept exactly; send it as a string`);
  });
}

/** `JSON.stringify` escapes what no database text can hold, and nothing else of what is looked for. */
function refuseLostText(value: unknown): void {
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(value)))
    throw new Refusal('FW_TEXT_INVALID', 'The body holds a NUL or half of a surrogate pair; leave it out or encode it');
}

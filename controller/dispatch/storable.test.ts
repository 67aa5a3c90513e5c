import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestOf, toStorable } from './storable.ts';

function codeOf(value: unknown): unknown {
  try {
    return toStorable(value, '/input', 1000) === JSON.stringify(value);
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

it.each([
  ['plain text', 'text', true],
  ['a NUL', 'a\u0000b', 'FW_TEXT_INVALID'],
  ['a NUL in a key', { '\u0000': 1 }, 'FW_TEXT_INVALID'],
  ['half a pair', '\ud83d', 'FW_TEXT_INVALID'],
  ['a whole pair', '\ud83d\ude00', true],
  ['the letters of an escape', '\\u0000', true],
  ['a backslash before a NUL', '\\\u0000', 'FW_TEXT_INVALID'],
  ['levels enough', nested(99), true],
  ['too many levels', nested(10_000), 'FW_TEXT_INVALID'],
  ['too much', 'x'.repeat(999), 'FW_TOO_LARGE'],
  ['too many bytes', 'ü'.repeat(500), 'FW_TOO_LARGE'],
])('judges %s', (_, value, verdict) => {
  expect(codeOf(value)).toBe(verdict);
});

it('tells requests apart by what they say, not by the order of fields', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      return digestOf(value) === digestOf(reversed) && digestOf(value) !== digestOf({ ...value, another: 1, more: 2 });
    }),
  );
  expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
});

import { describe, expect, it } from 'vitest';
import { findLastJson, Tail } from './result.ts';

describe('findLastJson', () => {
  it.each<[string, string, unknown]>([
    ['the last line', 'text\n{"a":1}\n{"b":2}\n', { b: 2 }],
    ['a list', '[1,2]', [1, 2]],
    ['several lines', 'text\n{\n  "a": {\n    "b": [1]\n  }\n}\n\n', { a: { b: [1] } }],
    ['a list on several lines', '[\n1\n]', [1]],
    ['an empty object', '{}', {}],
  ])('finds %s', (_, text, value) => {
    expect(findLastJson(text)).toEqual({ value });
  });

  it.each([
    ['nothing', ''],
    ['text', 'all is well'],
    ['a number', '42'],
    ['a text in quotes', '"42"'],
    ['null', 'null'],
    ['JSON with text behind it', '{"a":1}\nbye'],
    ['half an object', '{"a":'],
    ['two objects on a line', '{} {}'],
  ])('finds nothing in %s', (_, text) => {
    expect(findLastJson(text)).toBeUndefined();
  });
});

describe('Tail', () => {
  it('keeps the last bytes, however many there were', () => {
    const tail = new Tail(100);
    for (let i = 0; i < 10_000; i += 1) tail.add(Buffer.from(`${i}\n`));
    expect(tail.text.length).toBeLessThan(110);
    expect(tail.text.endsWith('\n9998\n9999\n')).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FASTER, toJsPattern } from './pattern.ts';

describe('toJsPattern', () => {
  it('writes character classes of Unicode as JavaScript does', () => {
    const printable = new RegExp(toJsPattern('^\\PC*$'), 'u');
    expect(printable.test('größe 😀')).toBe(true);
    expect(printable.test('a\nb')).toBe(false);
  });

  it('leaves other patterns alone', () => {
    expect(toJsPattern('^[a-z]\\d+$')).toBe('^[a-z]\\d+$');
  });

  it('refuses what JavaScript cannot read', () => {
    expect(() => toJsPattern('(?P<name>a)')).toThrow(SyntaxError);
  });

  it.each(Object.keys(FASTER))('replaces %s by one that takes the same texts', (slow) => {
    const fast = new RegExp(toJsPattern(slow), 'u');
    expect(fast.source).not.toBe(slow);
    const texts = fc.string({ unit: fc.constantFrom('a', '1', '6', '-', '.', '*', '_', '!'), maxLength: 8 });
    fc.assert(
      fc.property(texts, (text) => fast.test(text) === new RegExp(slow, 'u').test(text)),
      { numRuns: 2_000 },
    );
  });
});

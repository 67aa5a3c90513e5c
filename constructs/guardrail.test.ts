import { describe, expect, it } from 'vitest';
import { Guardrail } from './index.ts';

const pattern = (source: string) => Guardrail.pattern('x', new RegExp(source));

describe('Guardrail.pattern', () => {
  it.each([
    'TICKET-[0-9]{4}',
    'BEGIN [A-Z ]*KEY',
    String.raw`\bsk-(?:live|test)_[\w-]{20,}`,
    '^a(?=b)(?!c)d?$',
    String.raw`[^\]\-a-z-]\x41\u00e9\.\/`,
    '(ab|cd)?x{2,3}y{4}',
    '(a{2}b){3}',
    'größe',
    '[a-]',
    '[-a]',
  ])('takes %j as Python does', (source) => expect(pattern(source).match).toBe(new RegExp(source).source));

  it.each([
    String.raw`(?<y>\d)`,
    '(?<!a+)b',
    '(?<=a)b',
    '(?i:a)b',
    '[^]',
    '[]a',
    String.raw`\cA`,
    String.raw`\u{61}`,
    String.raw`\p{L}`,
    String.raw`(a)\1`,
    String.raw`\0`,
    String.raw`\Z`,
    String.raw`[\B]`,
    String.raw`[\w-z]`,
    String.raw`[a-\d]`,
    '[[a]',
    '[a&&b]',
    '[!--]',
    'a{,3}',
    'x{',
    'a}',
    String.raw`\ud83d`,
  ])('refuses %j, which Python does not know or reads otherwise', (source) => {
    expect(() => pattern(source)).toThrow(/Guardrail.pattern: 'expression' must use only what JavaScript and Python share; look at /);
  });

  it.each([String.raw`^(\w+\s?)*x`, '(a|a)+b', '(a*)*b', '((ab?)c)+', '(a+){2}', '(a{1,2}b){1,9}', '(?:x(y|z)){2,}'])(
    'refuses %j, which may take for ever',
    (source) => expect(() => pattern(source)).toThrow("'expression' must not repeat a group that holds a repetition or alternatives, got"),
  );

  it.each(['', 'a*', '^', 'x|', '(?:)'])('refuses %j, which is found in every text', (source) => {
    expect(() => pattern(source)).toThrow("'expression' must not match the empty text, as it would refuse everything");
  });

  it('refuses what is two characters to JavaScript', () => {
    expect(() => pattern('[🦜]')).toThrow("'expression' must hold no character beyond U+FFFF, which JavaScript takes for two");
  });

  it('has a limit', () => {
    expect(pattern('a'.repeat(1000)).kind).toBe('pattern');
    expect(() => pattern('a'.repeat(1001))).toThrow("'expression' must have at most 1000 characters");
  });

  it('tells where to look', () => {
    expect(() => pattern(String.raw`key (?<name>\d)`)).toThrow(
      String.raw`'expression' must use only what JavaScript and Python share; look at (?<name>\d), got '/key (?<name>\\d)/' [FW_INVALID_VALUE]`,
    );
  });
});

describe('Guardrail.topics', () => {
  it.each(['\u001c', '\u0085', '', ' ', '-', 'a\nb', 'a\ud800'])('refuses %j', (word) => {
    expect(() => Guardrail.topics('x', ['pay', word])).toThrow(
      "Guardrail.topics: 'words' must be at least one word, each with a letter or digit and no control character, got",
    );
  });
  it.each(['job offer', 'C++', '給料', '5G'])('takes %j', (word) => expect(Guardrail.topics('x', [word]).match).toEqual([word]));
});

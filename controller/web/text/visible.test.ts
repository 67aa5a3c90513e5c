import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPieces, toPlain } from './visible.ts';

describe('text of agents', () => {
  it.each([
    ['plain', 'plain'],
    ['two\nlines\tand a tab\r\n', 'two\nlines\tand a tab\r\n'],
    ['\u001b[31mred\u001b[0m', '‹ESC›red‹ESC›'],
    ['\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007', '‹ESC›]8;;http://evil.example‹BEL›click‹ESC›]8;;‹BEL›'],
    ['paid\rowed', 'paid‹CR›owed'],
    ['\u0000\b\u007f', '‹NUL›‹BS›‹U+007F›'],
    ['\u009b31m', '‹U+009B›31m'],
    ['user\u202etxt.exe', 'user‹U+202E›txt.exe'],
    ['\u2066a\u2069', '‹U+2066›a‹U+2069›'],
    ['\u{e0069}\u{e0067}', '‹U+E0069›‹U+E0067›'],
    ['zero\u200bwidth\ufeff', 'zero‹U+200B›width‹U+FEFF›'],
    ['a\u200db', 'a‹U+200D›b'],
    ['line\u2028end', 'line‹U+2028›end'],
    ['half \ud800', 'half ‹U+D800›'],
    ['👩‍🚀 ❤️', '👩‍🚀 ❤️'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('shows %j as %j', (text, shown) => {
    expect(toPlain(text)).toBe(shown);
  });

  it('says what a mark stands for', () => {
    expect(toPieces('\u001b[1;31mx')).toEqual([{ text: '‹ESC›', stands: 'ESC [1;31m' }, { text: 'x' }]);
  });

  it('leaves nothing that is not seen, and takes nothing away that is', () => {
    const strange = fc.constantFrom('\u001b[2J', '\u001b', '\u202e', '\u200f', '\u{e0041}', '\r', '\u0007', '\u00ad');
    fc.assert(
      fc.property(fc.array(fc.oneof(strange, fc.string({ unit: 'binary' }))), (parts) => {
        const shown = toPlain(parts.join(''));
        expect(shown).not.toMatch(
          // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u,
        );
        expect(toPlain(shown)).toBe(shown);
      }),
    );
  });
});

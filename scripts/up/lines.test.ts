import { describe, expect, it } from 'vitest';
import { Lines } from './lines.ts';

function read(pieces: readonly (Buffer | string)[], longest?: number): string[] {
  const seen: string[] = [];
  const lines = new Lines((line) => seen.push(line), longest);
  for (const piece of pieces) lines.add(piece);
  lines.end();
  return seen;
}

describe('Lines', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [
      ['a', 'b\nc'],
      ['ab', 'c'],
    ],
    [['a\r\n'], ['a']],
    [['\n\n'], ['', '']],
    [[], []],
    [[Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä']],
  ])('cuts %j', (pieces, lines) => {
    expect(read(pieces)).toEqual(lines);
  });

  it('shortens what is longer than people read, however it comes', () => {
    expect(read(['abcdef\nxy'], 4)).toEqual(['abcd …', 'xy']);
    expect(read(['ab', 'cd', 'ef', 'gh\n', 'xy'], 4)).toEqual(['abcd …', 'xy']);
    expect(read(['abcd\n'], 4)).toEqual(['abcd']);
  });
});

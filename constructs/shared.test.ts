import { describe, expect, it } from 'vitest';
import { isShared, share } from './index.ts';

describe('share', () => {
  it('marks a piece and all that is in it', () => {
    const piece = share({ list: [{ name: 'a' }], nested: { text: 'b' } });
    expect([piece, piece.list, piece.list[0] ?? {}, piece.nested].map(isShared)).toEqual([true, true, true, true]);
    expect(isShared({ list: piece.list })).toBe(false);
  });

  it('freezes what it marks, as others remember what they found in it', () => {
    const piece: { nested: { text: string } } = share({ nested: { text: 'b' } });
    expect(() => (piece.nested.text = 'c')).toThrow(TypeError);
  });

  it('takes pieces that are frozen already, and absent fields', () => {
    const inner = Object.freeze({ text: 'b' });
    expect(isShared(share(Object.freeze({ absent: undefined, inner, nothing: null })).inner)).toBe(true);
  });
});

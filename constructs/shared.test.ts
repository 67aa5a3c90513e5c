import { describe, expect, it } from 'vitest';
import { isShared, share, shareFor } from './index.ts';

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

describe('shareFor', () => {
  it('makes a piece once for each key, and shares it', () => {
    const volumeOf = shareFor(({ size }: { size: string }) => ({ emptyDir: { sizeLimit: size } }));
    const [small, large] = [{ size: '1Gi' }, { size: '2Gi' }];
    expect(volumeOf(small)).toBe(volumeOf(small));
    expect([volumeOf(small), volumeOf(large)]).toEqual([{ emptyDir: { sizeLimit: '1Gi' } }, { emptyDir: { sizeLimit: '2Gi' } }]);
    expect(isShared(volumeOf(small).emptyDir)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { share } from '../constructs/index.ts';
import { measure } from './texts.ts';

function measured(value: object): { characters: number; suspicious: boolean } {
  const into = { characters: 0, suspicious: false };
  measure(value, into);
  return into;
}

describe('measure, of pieces that stand in many objects', () => {
  it('counts a remembered piece like any other', () => {
    const piece = share({ images: ['registry.example.com/fleet/worker'], name: 'worker' });
    const plain = measured({ first: structuredClone(piece), second: structuredClone(piece) });
    expect(measured({ first: piece, second: piece })).toEqual(plain);
    expect(measured({ first: piece, second: piece })).toEqual(plain);
  });

  it('finds a credential in a piece each time', () => {
    const piece = share({ value: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') });
    expect([measured({ piece }).suspicious, measured({ piece }).suspicious]).toEqual([true, true]);
  });
});

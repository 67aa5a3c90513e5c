import { describe, expect, it } from 'vitest';
import { integer } from './der.ts';

describe('integer', () => {
  it.each([
    ['00', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0000', '020100'],
    ['0012', '020112'],
    ['0080', '02020080'],
  ])('writes %s in the shortest form', (bytes, der) => {
    expect(integer(Buffer.from(bytes, 'hex')).toString('hex')).toBe(der);
  });
});

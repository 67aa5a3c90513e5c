import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecretTexts, measure } from './texts.ts';

const KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

function measured(value: object): { characters: number; suspicious: boolean } {
  const into = { characters: 0, suspicious: false };
  measure(value, into);
  return into;
}

function countCharacters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0);
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + countCharacters(item), 0);
}

const anything = fc.object({
  key: fc.string({ maxLength: 30 }),
  maxDepth: 4,
  values: [fc.string({ maxLength: 40 }), fc.integer(), fc.boolean(), fc.constant(null)],
});

describe('measure', () => {
  it('counts the characters of all keys and texts', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(measured(value).characters).toBe(countCharacters(value));
      }),
    );
  });

  it('finds a credential wherever it stands, and only then', () => {
    const plant = (value: Record<string, unknown>, path: readonly number[]): void => {
      const keys = Object.keys(value);
      const key = keys[(path[0] ?? 0) % Math.max(keys.length, 1)] ?? 'new';
      const child = value[key];
      if (path.length > 1 && typeof child === 'object' && child !== null && !Array.isArray(child))
        plant(child as Record<string, unknown>, path.slice(1));
      else value[key] = `prefix ${KEY}`;
    };
    fc.assert(
      fc.property(anything, fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), (value, path) => {
        expect(measured(value).suspicious).toBe(findSecretTexts(value).length > 0);
        const copy = structuredClone(value);
        plant(copy, path);
        expect(measured(copy).suspicious).toBe(true);
        expect(findSecretTexts(copy).length).toBeGreaterThan(0);
      }),
    );
  });

  it('finds a credential in lists, beside whatever else they hold', () => {
    expect(measured({ args: ['--key', 3, null, undefined, true, KEY] })).toEqual({ characters: 9 + KEY.length, suspicious: true });
    expect(measured([[{ a: [KEY] }]]).suspicious).toBe(true);
    expect(measured({ data: { [KEY]: '' } }).suspicious).toBe(true);
    expect(measured([[{ a: ['x'.repeat(40)] }]]).suspicious).toBe(false);
  });

  it('looks at a text again after a clean one of the same length', () => {
    expect(measured({ a: 'x'.repeat(KEY.length) }).suspicious).toBe(false);
    expect(measured({ a: KEY }).suspicious).toBe(true);
    expect(measured({ a: KEY }).suspicious).toBe(true);
  });
});

describe('findSecretTexts', () => {
  it('says where they stand, without the key that is one itself', () => {
    const value = { data: { [KEY]: 'x', b: ['clean', KEY] }, spec: { 'a b': KEY } };
    expect(findSecretTexts(value).map(({ field, isKey }) => [field, isKey])).toEqual([
      ['data, key 1', true],
      ['data.b[1]', false],
      ["spec['a b']", false],
    ]);
  });
});

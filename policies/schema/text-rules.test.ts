import { describe, expect, it } from 'vitest';
import { brokenFacet, isAmount } from './text-rules.ts';

describe('isAmount', () => {
  it.each(['0', '1', '+1', '-1', '1.5', '1.', '.5', '100m', '2Gi', '1k', '1e3', '1E-3', '5E', '3Ei', 0, 1.5, -2])('takes %s', (amount) => {
    expect(isAmount(amount)).toBe(true);
  });

  it.each(['', ' 1', '1 ', 'Gi', '1GB', '1gi', '1K', '1e', '1e1.5', '1.2.3', '.', '--1', '1_000', NaN, Infinity, true, null])(
    'refuses %s',
    (amount) => {
      expect(isAmount(amount)).toBe(false);
    },
  );

  it.each(['-1', -1, '-0.5Gi'])('refuses %s where zero is the least', (amount) => {
    expect(isAmount(amount, 0)).toBe(false);
  });

  it.each(['0', 0, '+1'])('takes %s where zero is the least', (amount) => {
    expect(isAmount(amount, 0)).toBe(true);
  });
});

describe('brokenFacet', () => {
  const valid: [string, Parameters<typeof brokenFacet>[1]][] = [
    ['10.0.0.0/8', { format: 'cidr' }],
    ['0.0.0.0/0', { format: 'cidr' }],
    ['fd00::/8', { format: 'cidr' }],
    ['::/0', { format: 'cidr' }],
    ['1:2:3:4:5:6:7:8/128', { format: 'cidr' }],
    ['2026-01-31T12:00:00Z', { format: 'date-time' }],
    ['2026-01-31T12:00:00.123+01:00', { format: 'date-time' }],
    ['', { format: 'byte' }],
    ['c2VjcmV0', { format: 'byte' }],
    ['YQ==', { format: 'byte' }],
    ['😀😀', { maxLength: 2, minLength: 2 }],
    ['b', { enum: ['a', 'b'] }],
    ['x1', { pattern: '^[a-z]' }],
    ['größe', { pattern: '^\\P{C}*$' }],
  ];
  it.each(valid)('finds nothing wrong with %j under %j', (text, facets) => {
    expect(brokenFacet(text, facets)).toBeUndefined();
  });

  const invalid: [string, Parameters<typeof brokenFacet>[1], string][] = [
    ['10.0.0.0', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['10.0.0/8', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['10.0.0.256/8', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['010.0.0.1/8', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['10.0.0.0/33', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['1::2::3/64', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    [':1:2/64', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['1:2:3:4:5:6:7:8::/64', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['fd00::/129', { format: 'cidr' }, "be a network such as '10.0.0.0/8' or 'fd00::/8'"],
    ['2026-01-31', { format: 'date-time' }, "be a time such as '2026-01-31T12:00:00Z'"],
    ['secret!', { format: 'byte' }, 'be base64'],
    ['YQ=', { format: 'byte' }, 'be base64'],
    ['😀😀', { maxLength: 1 }, 'have at most 1 characters'],
    ['😀😀', { minLength: 3 }, 'have at least 3 characters'],
    ['', { minLength: 1 }, 'not be empty'],
    ['c', { enum: ['a', 'b'] }, "be one of 'a', 'b'"],
    ['c', { enum: ['a'] }, "be 'a'"],
    ['1', { pattern: '^[a-z]' }, 'match ^[a-z]'],
    ['1', { pattern: '^[a-z]', says: 'a letter' }, 'be a letter'],
  ];
  it.each(invalid)('says of %j under %j that it must %s', (text, facets, words) => {
    expect(brokenFacet(text, facets)).toBe(words);
  });
});

import fc from 'fast-check';
import { compare, maxSatisfying, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { newestOf, pickNewest } from './candidate.ts';

const number = fc.integer({ max: 4, min: 0 });
const version = fc
  .tuple(number, number, number, fc.constantFrom('', '', '', '-rc.1', '-rc.2'))
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre}`);
const versions = fc.uniqueArray(version, { maxLength: 30 });
const range = fc
  .tuple(fc.constantFrom('^', '~', '>=', '<', '<=', '=', ''), version)
  .map(([operator, from]) => `${operator}${from}`)
  .chain((one) => fc.constantFrom(one, '*', `${one} || ^3.0.0`));

const asked = (...ranges: readonly string[]) => ranges.map((each) => ({ by: 'test', range: each }));
const candidates = (list: readonly string[], deprecated: readonly string[] = []) =>
  list.map((each) => ({ deprecated: deprecated.includes(each), version: each }));

describe('pickNewest', () => {
  it('is what npm itself would pick for one range, in whatever order versions come', () => {
    fc.assert(
      fc.property(versions, range, fc.infiniteStream(fc.double({ max: 1, min: 0 })), (list, one, random) => {
        const shuffled = list.map((each) => [random.next().value, each] as const).sort(([a], [b]) => Number(a) - Number(b));
        const picked = pickNewest(candidates(shuffled.map(([, each]) => each)), asked(one));
        expect(picked?.version).toBe(maxSatisfying(list, one) ?? undefined);
      }),
    );
  });

  it('is in all ranges, and nothing newer is', () => {
    fc.assert(
      fc.property(versions, range, range, (list, one, other) => {
        const picked = pickNewest(candidates(list), asked(one, other));
        const fitting = list.filter((each) => satisfies(each, one) && satisfies(each, other));
        expect(picked === undefined).toBe(fitting.length === 0);
        for (const each of fitting) expect(compare(picked?.version ?? '', each)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is deprecated only where all that fit are', () => {
    fc.assert(
      fc.property(versions, fc.subarray(['^1.0.0', '*']), fc.nat(), (list, ranges, odd) => {
        const deprecated = list.filter((_, at) => (at + odd) % 2 === 0);
        const picked = pickNewest(candidates(list, deprecated), asked(...ranges));
        const fitting = list.filter((each) => ranges.every((one) => satisfies(each, one)));
        expect(picked?.deprecated ?? false).toBe(fitting.length > 0 && fitting.every((each) => deprecated.includes(each)));
      }),
    );
  });
});

describe('newestOf', () => {
  it.each([
    [[], undefined],
    [['1.9.0', '1.10.0', '1.2.0'], '1.10.0'],
  ])('of %j is %s', (list, newest) => {
    expect(newestOf(list)).toBe(newest);
  });
});

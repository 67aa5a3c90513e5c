import { describe, expect, it } from 'vitest';
import { formatDuration, formatMoney, formatTime, formatUtc, parseMoney } from './format.ts';

describe('figures for people', () => {
  it.each([
    [0, '$0.00'],
    [1_500_000, '$1.50'],
    [4200, '$0.0042'],
    [20_000_000_000, '$20,000.00'],
  ])('shows %d millionths as %s', (micro, text) => {
    expect(formatMoney(micro)).toBe(text);
  });

  it.each([
    ['0.5', 500_000],
    [' 12 ', 12_000_000],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('reads the amount %j as %j', (text, micro) => {
    expect(parseMoney(text)).toBe(micro);
  });

  it.each([
    [820, '820 ms'],
    [4250, '4.2 s'],
    [59_990, '59.9 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('shows times in the zone of the reader, and exactly', () => {
    const now = new Date(2026, 10, 21, 18, 0);
    expect(formatTime(new Date(2026, 10, 21, 7, 4, 5), now)).toBe('07:04:05');
    expect(formatTime(new Date(2026, 10, 20, 7, 4, 5), now)).toMatch(/20.*07:04$/);
    expect(formatTime(new Date(2025, 10, 20, 7, 4, 5), now)).toMatch(/2025.*07:04$/);
    expect(formatUtc(new Date('2026-11-21T15:04:05.678Z'))).toBe('2026-11-21 15:04:05.678 UTC');
  });
});

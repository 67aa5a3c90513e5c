import { describe, expect, it } from 'vitest';
import { Duration as CdkDuration, Size as CdkSize } from 'cdk8s';
import { Budget, Cpu, Duration, Size, usd } from './index.ts';

describe('Cpu', () => {
  it.each([
    [Cpu.millis(250), '250m'],
    [Cpu.cores(2), '2'],
    [Cpu.cores(0.5), '500m'],
  ])('writes %o as %j', (cpu, text) => expect(cpu.toString()).toBe(text));

  it.each([0, -1, 0.5, Number.NaN, Infinity, 256_001])('refuses %d millicores', (amount) => {
    expect(() => Cpu.millis(amount)).toThrow(/Cpu: 'amount' must be from 1 millicore to 256 cores, in whole millicores, got/);
  });
});

describe('usd', () => {
  it('is exact to a millionth', () => {
    expect(usd(0.000001).micros).toBe(1);
    expect(usd(0.1).toString()).toBe('0.1 USD');
  });

  it.each([-1, Number.NaN, Infinity, 0.0000001])('refuses %d', (amount) => {
    expect(() => usd(amount)).toThrow(/'amount' must be 0 or more, with at most six decimals/);
  });
});

describe('Budget', () => {
  it('reads as a sentence', () => expect(Budget.perDay(usd(20)).toString()).toBe('20 USD per day'));

  it('is never nothing', () => {
    expect(() => Budget.perTask(usd(0))).toThrow("Budget: 'amount' must be more than 0, got 0 [FW_INVALID_VALUE]");
  });
});

describe('Duration and Size', () => {
  it("are cdk8s' own classes", () => {
    expect(Duration).toBe(CdkDuration);
    expect(Size).toBe(CdkSize);
  });
});

import { describe, expect, it } from 'vitest';
import { Duration as CdkDuration, Size as CdkSize } from 'cdk8s';
import { anOrg } from '../test/builders.ts';
import { Budget, Cpu, Duration, Org, Size, usd } from './index.ts';

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

  it.each([['1'], [1], [null], [undefined], [{ micros: 1 }]])('is an amount, and not %j', (amount) => {
    expect(() => Budget.perDay(amount as never)).toThrow("Budget: 'amount' must be an amount such as usd(5)");
  });
});

describe('The budget of an org', () => {
  it('is over time, as one of a task would be no limit on all of them', () => {
    const { fleet } = anOrg();
    expect(() => new Org(fleet, 'other', { budget: Budget.perTask(usd(1)) as never })).toThrow(
      "'budget' must be Budget.perDay(…) or Budget.perMonth(…), got '1 USD per task'",
    );
  });
});

describe('Duration and Size', () => {
  it("are cdk8s' own classes", () => {
    expect(Duration).toBe(CdkDuration);
    expect(Size).toBe(CdkSize);
  });
});

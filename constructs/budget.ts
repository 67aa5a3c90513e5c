import { InvalidValueError } from './errors.ts';
import { Usd } from './units.ts';

/** What a budget is counted over. */
export type BudgetPeriod = 'day' | 'month' | 'task';

/** A limit on what may be spent in a day, in a month, or on one task. */
export class Budget<Period extends BudgetPeriod = BudgetPeriod> {
  readonly amount: Usd;
  readonly period: Period;

  /** At most this much in 24 hours. */
  static perDay(amount: Usd): Budget<'day'> {
    return new Budget(amount, 'day');
  }

  /** At most this much in 30 days. */
  static perMonth(amount: Usd): Budget<'month'> {
    return new Budget(amount, 'month');
  }

  /** At most this much on each task. */
  static perTask(amount: Usd): Budget<'task'> {
    return new Budget(amount, 'task');
  }

  private constructor(amount: Usd, period: Period) {
    if (!(amount instanceof Usd))
      throw new InvalidValueError('Budget', { prop: 'amount', must: 'be an amount such as usd(5)', got: amount });
    if (amount.micros === 0) throw new InvalidValueError('Budget', { prop: 'amount', must: 'be more than 0', got: amount.toNumber() });
    this.amount = amount;
    this.period = period;
    Object.freeze(this);
  }

  /** For people: `20 USD per day`. */
  toString(): string {
    return `${this.amount} per ${this.period}`;
  }
}

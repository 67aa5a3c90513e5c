import { Budget, type Org, usd } from '../../constructs/index.ts';

/** What an org may spend on models here: what its environment says, else what its stack says. */
export function budgetOf(org: Org): Budget<'day' | 'month'> | undefined {
  const daily = org.fleet.environment.orgs[org.name]?.dailyBudgetUsd;
  return daily === undefined ? org.budget : Budget.perDay(usd(daily));
}

import { Agent, Org, type OrgPart } from '../../constructs/index.ts';
import { sayBudget } from '../graph/describe.ts';

/** What a part or an org may spend on models, in sentences; `undefined` for what spends nothing itself. */
export function spendingOf(part: Org | OrgPart): string | undefined {
  if (part instanceof Org) return orgSpending(part);
  return part instanceof Agent ? agentSpending(part) : undefined;
}

function orgSpending(org: Org): string {
  const budget = sayBudget(org);
  const isOverridden = org.fleet.environment.orgs[org.name]?.dailyBudgetUsd !== undefined;
  const from = isOverridden ? `, as environments/${org.fleet.environment.name}.yaml says` : ', as its stack says';
  return budget === undefined
    ? 'No limit but those of its agents.'
    : `At most ${budget} for all its agents together${from}; the gateway refuses calls beyond it.`;
}

function agentSpending({ models, budget, rateLimit, org }: Agent): string {
  const rest = budget === undefined ? allOf(org) : [];
  if (models === undefined) {
    const own = budget === undefined ? '' : ` What its programs report is at most ${budget}.`;
    return [`Nothing: it has no models.${own}`, ...rest].join('\n');
  }
  const lines: string[] = [];
  if (budget?.period === 'task') lines.push(`At most ${budget}; its worker counts, as the gateway knows no tasks.`);
  else if (budget !== undefined) lines.push(`At most ${budget}; the gateway refuses calls beyond it.`);
  else lines.push('No budget of its own.');
  if (rateLimit !== undefined) {
    const tokens = rateLimit.tokensPerMinute === undefined ? '' : ` and ${rateLimit.tokensPerMinute} tokens`;
    lines.push(`At most ${rateLimit.requestsPerMinute} calls${tokens} per minute.`);
  }
  return [...lines, `With all of its org: ${sayBudget(org) ?? 'no limit'}.`, ...rest].join('\n');
}

/** What a task costs cannot be known before; who says no limit holds all that there is. */
function allOf(org: Org): string[] {
  if (sayBudget(org) === undefined) return [];
  return [
    "A task sets all aside that is left of its org's budget, so the org's tasks wait for each other: Budget.perTask sets aside less.",
  ];
}

import { Agent, Budget, type Fleet, Model, ModelDeployment, type Org, Run, Secret, usd, WorkerRuntime } from '../constructs/index.ts';
import type { Report, TreeRule } from './rule.ts';

/** The days of a month, as budgets count them. */
const MONTH = 30;

/** A limit that its parts can exceed together stops whoever comes last, at a bad moment. */
export const budgetFits: TreeRule = {
  id: 'budget-fits',
  title: "The agents' budgets fit into their org's",
  severity: 'error',
  appliesTo: 'tree',
  fix: "raise the org's budget, or lower those of its agents",
  check(fleet, report) {
    for (const org of fleet.orgs) checkOrg(org, fleet, report);
  },
  good: {
    build: (org) => addSpenders(org, Budget.perDay(usd(10)), Budget.perMonth(usd(300))),
    environment: { orgs: { acme: { dailyBudgetUsd: 20 } } },
  },
  bad: {
    example: {
      build: (org) => addSpenders(org, Budget.perDay(usd(10.5)), Budget.perMonth(usd(300))),
      environment: { orgs: { acme: { dailyBudgetUsd: 20 } } },
    },
    says: ["'budget' must cover what its 2 agents may spend in 30 days, 615 USD ('first' 315, 'second' 300), got '600 USD in 30 days'"],
  },
};

function checkOrg(org: Org, { environment }: Fleet, report: Report): void {
  const override = environment.orgs[org.name]?.dailyBudgetUsd;
  const limit = override === undefined ? monthly(org.budget) : Math.round(override * MONTH * 1e6);
  if (limit === undefined) return;
  const spenders = org.children.filter((part) => part instanceof Agent && monthly(part.budget) !== undefined) as Agent[];
  const sum = spenders.reduce((total, { budget }) => total + (monthly(budget) ?? 0), 0);
  if (sum <= limit) return;
  const must = `cover what ${spenders.length === 1 ? 'its agent' : `its ${spenders.length} agents`} may spend in ${MONTH} days, ${dollars(sum)} USD (${listLargest(spenders)})`;
  const where = override === undefined ? 'in its stack' : `as orgs.${org.name}.dailyBudgetUsd in environments/${environment.name}.yaml`;
  report({
    construct: org,
    field: 'budget',
    fix: `raise it ${where}, or lower the budgets of its agents`,
    got: `${dollars(limit)} USD in ${MONTH} days`,
    must,
  });
}

/** Millionths of a dollar in 30 days; what is counted by task has no end. */
function monthly(budget: Budget | undefined): number | undefined {
  if (budget === undefined || budget.period === 'task') return undefined;
  return budget.amount.micros * (budget.period === 'day' ? MONTH : 1);
}

function listLargest(spenders: readonly Agent[]): string {
  const sorted = spenders.toSorted((a, b) => (monthly(b.budget) ?? 0) - (monthly(a.budget) ?? 0));
  const shown = sorted.slice(0, 5).map(({ name, budget }) => `'${name}' ${dollars(monthly(budget) ?? 0)}`);
  return [...shown, ...(sorted.length > shown.length ? [`and ${sorted.length - shown.length} more`] : [])].join(', ');
}

function dollars(micros: number): number {
  return micros / 1e6;
}

function addSpenders(org: Org, ...budgets: Budget[]): void {
  const model = new Model(org, 'fast', {
    deployments: [ModelDeployment.openai('gpt-5-mini', { key: Secret.reference(org, 'openai', 'key') })],
  });
  for (const [index, budget] of budgets.entries()) {
    const id = ['first', 'second'][index] ?? `agent-${index}`;
    new Agent(org, id, { budget, models: { primary: model }, run: Run.service(), runtime: WorkerRuntime.reference() });
  }
}

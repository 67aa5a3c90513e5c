import { Budget, usd } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code } from './code.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';
import { parseQuantity, usdCode } from './values.ts';

const CENT = 0.01;

/** The budget of each agent, by its resource. That of all tasks together becomes the org's. */
export function readBudgets(plan: StackPlan, agents: readonly Resource[]): ReadonlyMap<Resource, Code> {
  const budgets = new Map<Resource, Code>();
  for (const resource of plan.all('TaskBudget')) {
    resource.fields.get('metadata', 'name').leave('a budget has no name');
    const spec = resource.fields.get('spec');
    for (const key of ['maxInputTokens', 'maxOutputTokens'])
      spec.get(key).leave("budgets are counted in US dollars; see also 'rateLimit' of an agent");
    spec.get('period', 'timezone').change('a day is 24 hours, and begins with the first call');
    if (spec.get('period', 'type').text() !== 'Daily') spec.get('period', 'type').change('it is counted by the day');
    const amount = parseQuantity(spec.get('maxCostUSD').text());
    if (amount === undefined) {
      spec.get('maxCostUSD').leave('it is no amount');
      continue;
    }
    assign(plan, { resource, amount, agents, budgets });
  }
  return budgets;
}

interface Assignment {
  readonly resource: Resource;
  readonly amount: number;
  readonly agents: readonly Resource[];
  readonly budgets: Map<Resource, Code>;
}

function assign(plan: StackPlan, { resource, amount, agents, budgets }: Assignment): void {
  const spec = resource.fields.get('spec');
  const cost = spec.get('maxCostUSD');
  const selector = spec.get('taskSelector');
  const labels = Object.entries(selector.get('matchLabels').map());
  if (selector.get('matchExpressions').items().length > 0)
    return resource.fields.leave('it selects tasks by expressions; give each agent its budget in the stack');
  const refused = refusalOf(() => Budget.perDay(usd(Number(amount.toFixed(6)))));
  if (refused !== undefined) return cost.leave(refused);
  if (labels.length === 0) {
    plan.org.budget ??= call('Budget.perDay', usdCode(amount));
    return cost.change('it is the budget of the org: the gateway refuses the call that goes beyond it, where Kelos counted what had ended');
  }
  const chosen = agents.filter((agent) => !budgets.has(agent) && labels.every(([key, value]) => labelsOf(agent)[key] === value));
  const share = Math.floor(amount / Math.max(chosen.length, 1) / CENT + 1e-9) * CENT;
  if (chosen.length === 0 || share < CENT) return resource.fields.leave('no task in the input has these labels and no budget yet');
  for (const agent of chosen) budgets.set(agent, call('Budget.perDay', usdCode(share)));
  cost.change(
    chosen.length === 1
      ? "it is the agent's budget: the gateway refuses the call that goes beyond it, where Kelos counted what had ended"
      : `each of ${chosen.length} agents gets its share, ${Number(share.toFixed(2))} USD, so that together they stay within it`,
  );
}

/** The labels by which a budget selects the tasks of an agent. */
function labelsOf({ kind, fields }: Resource): Readonly<Record<string, string>> {
  const place = kind === 'TaskSpawner' ? fields.get('spec', 'taskTemplate', 'metadata', 'labels') : fields.get('metadata', 'labels');
  return place.map();
}

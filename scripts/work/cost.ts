import { FleetwrightError } from '../../constructs/index.ts';
import { print } from '../print.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';
import { money, show, type ShowOptions, showTable } from './show.ts';

/** Options of `fleetwright cost`. */
export interface CostOptions extends ServerOptions, ShowOptions {
  /** From when on. */
  readonly since?: string;
  readonly by?: 'project';
}

/** What is left of a budget. Amounts are millionths of a US dollar. */
export interface BudgetStatus {
  /** An org, or `<org>/<agent>`. */
  readonly owner: string;
  readonly window: string;
  readonly limit: number;
  readonly topUp: number;
  readonly spent: number;
  readonly reserved: number;
}

interface UsageTotal {
  readonly project?: string;
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

/** Shows what was used, and what is left. Answers with the exit code. */
export async function showCost(options: CostOptions): Promise<number> {
  const since = parseSince(options.since);
  const orgs = await Promise.all((await findOrgs(options)).map(async (server) => readCost(server, since, options.by)));
  show(orgs, options, () => {
    const used = orgs.flatMap(({ org, usage }) => usage.map((total) => ({ org, ...total })));
    if (used.length === 0) print('No model was used.');
    else if (options.by === 'project') showTable(['ORG', 'PROJECT', 'INPUT TOKENS', 'OUTPUT TOKENS', 'COST'], projectRows(used));
    else showTable(['ORG', 'AGENT', 'MODEL', 'INPUT TOKENS', 'OUTPUT TOKENS', 'COST'], [...used.map(usageRow), totalRow(used)]);
    const budgets = orgs.flatMap((each) => each.budgets);
    if (budgets.length > 0) print();
    if (budgets.length > 0) showTable(['BUDGET', 'WINDOW', 'SPENT', 'RESERVED', 'LIMIT'], budgets.map(budgetRow));
  });
  return 0;
}

/** A budget as a row of a table. */
export function budgetRow({ owner, window, spent, reserved, limit, topUp }: BudgetStatus): string[] {
  return [owner, window, money(spent), money(reserved), money(limit + topUp)];
}

async function readCost(server: OrgServer, since: string | undefined, by: CostOptions['by']) {
  const query = new URLSearchParams({ ...(since !== undefined && { since }), ...(by !== undefined && { by }) }).toString();
  const [usage, budgets] = await Promise.all([
    server.get<{ readonly items: readonly UsageTotal[] }>(`/usage${query === '' ? '' : `?${query}`}`),
    server.get<{ readonly items: readonly BudgetStatus[] }>('/budgets'),
  ]);
  return { org: server.org, usage: usage.items, budgets: budgets.items };
}

function usageRow({ org, agent, model, inputTokens, outputTokens, cost }: UsageTotal & { readonly org: string }): (string | number)[] {
  return [org, agent, model, inputTokens, outputTokens, money(cost)];
}

/** A row for each project, and one for what was for none. */
function projectRows(used: readonly (UsageTotal & { readonly org: string })[]): (string | number)[][] {
  const groups = Map.groupBy(used, ({ org, project }) => `${org}/${project ?? ''}`);
  const rows = [...groups.values()].map((group) => [group[0]?.org ?? '', group[0]?.project ?? '(none)', ...sums(group)]);
  return [...rows, ['all', '', ...sums(used)]];
}

function totalRow(used: readonly UsageTotal[]): (string | number)[] {
  return ['all', '', '', ...sums(used)];
}

function sums(used: readonly UsageTotal[]): (string | number)[] {
  const sum = (field: 'cost' | 'inputTokens' | 'outputTokens') => used.reduce((total, each) => total + each[field], 0);
  return [sum('inputTokens'), sum('outputTokens'), money(sum('cost'))];
}

function parseSince(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return new Date(time).toISOString();
  throw new FleetwrightError('FW_USAGE', `--since must be a day or a time such as 2026-05-01, got '${text}'`);
}

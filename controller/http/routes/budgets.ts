import { Type } from 'typebox';
import { BudgetStatusSchema, closed, MoneySchema, NameSchema, TimeSchema } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { listOf, operation, OrgParams } from './shared.ts';

const WindowSchema = Type.Enum(['day', 'month', 'rolling', 'total']);

const UsageTotalSchema = closed(
  {
    project: Type.Optional(NameSchema),
    agent: NameSchema,
    model: Type.String(),
    inputTokens: Type.Integer(),
    outputTokens: Type.Integer(),
    cost: MoneySchema,
  },
  { $id: 'UsageTotal' },
);

/** Thirty days, in milliseconds. */
const USAGE_MS = 30 * 86_400_000;

/** Money: what may be spent, and what was. */
export function addBudgetRoutes(app: App, { dispatcher, reads }: Services): void {
  app.get(
    '/budgets',
    operation('listBudgets', 'List the budgets of the org and of its agents', {
      params: OrgParams,
      response: { 200: listOf(BudgetStatusSchema) },
    }),
    async ({ caller }) => ({ items: await reads.budgets(caller.org) }),
  );

  app.post(
    '/budgets/top-ups',
    operation('topUpBudget', 'Give more money for the current window', {
      params: OrgParams,
      body: closed({
        agent: Type.Optional(NameSchema),
        window: WindowSchema,
        amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'Millionths of a US dollar.' }),
      }),
      response: { 200: listOf(BudgetStatusSchema) },
    }),
    async ({ caller: { org }, body: { agent, window, amount } }) => {
      const owner = agent === undefined ? org : `${org}/${agent}`;
      await dispatcher.topUp(owner, window, amount);
      return { items: (await reads.budgets(org)).filter((budget) => budget.owner === owner) };
    },
  );

  app.get(
    '/usage',
    operation('readUsage', 'Add up what agents used of models', {
      params: OrgParams,
      querystring: closed({
        since: Type.Optional({ ...TimeSchema, description: 'The last thirty days when left out.' }),
        by: Type.Optional(Type.Literal('project', { description: 'Apart for each project, and for tasks of none.' })),
      }),
      response: { 200: listOf(UsageTotalSchema) },
    }),
    async ({ caller, query: { since = new Date(Date.now() - USAGE_MS).toISOString(), by } }) => ({
      items: await reads.usage(caller.org, since, by),
    }),
  );
}

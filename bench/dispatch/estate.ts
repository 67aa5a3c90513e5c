import type { Fleet } from '../../controller/contract/wire/index.ts';

/** Orgs. With `AGENTS` in each there are a hundred addresses at which tasks are claimed. */
export const ORGS = 10;

/** Agents in each org. */
export const AGENTS = 10;

/** Long enough that no lease ends while anything is measured. */
const LEASE_SECONDS = 3600;

const TASK_BUDGET = 10;

/** Names of the orgs. */
export const orgNames = names('org', ORGS);

/** Names of the agents of each org. */
export const agentNames = names('agent', AGENTS);

/** An estate in which everything that is counted at admission is: slots of org and agent, money of org and agent. */
export function anEstate(): Fleet {
  const agent = {
    mode: 'pool',
    maxRunning: 50_000,
    leaseSeconds: LEASE_SECONDS,
    taskBudget: TASK_BUDGET,
    budgets: [{ limit: 1_000_000_000_000, window: 'day' }],
  } as const;
  const org = {
    maxRunning: 100_000,
    budgets: [{ limit: 1_000_000_000_000, window: 'month' }] as { limit: number; window: 'month' }[],
    agents: Object.fromEntries(agentNames.map((name) => [name, { ...agent, budgets: [...agent.budgets] }])),
  };
  return { contract: '1.0', orgs: Object.fromEntries(orgNames.map((name) => [name, org])) };
}

function names(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${what}-${i}`);
}

import type { Fleet } from '../../controller/contract/wire/index.ts';

/** Short, so that a lost worker is noticed within a run. */
export const LEASE_SECONDS = 2;

/** What a succeeded or failed attempt of `coder` costs, in millionths of a US dollar. */
export const COST = 7;

/** How many tasks of `spender` may be paid for at once, and what that is in money. */
export const SPENDER = { tasks: 3, limit: 300 } as const;

/** How many tasks of `narrow` may run at once. */
export const NARROW = 2;

/** How often a task of `frail` may be claimed. */
export const FRAIL_ATTEMPTS = 2;

/** More than any task of a run needs. */
const MANY = 100;

/** What a task reserves; one that reserves nothing would have the org's whole budget for itself. */
const TASK = 100;

const POOL = { mode: 'pool', leaseSeconds: LEASE_SECONDS, attempts: MANY, taskBudget: TASK } as const;

/** An org with an agent for each kind of limit. */
export const FLEET: Fleet = {
  contract: '1.0',
  orgs: {
    acme: {
      maxRunning: 40,
      budgets: [{ limit: 1_000_000_000, window: 'total' }],
      agents: {
        coder: POOL,
        narrow: { ...POOL, maxRunning: NARROW },
        spender: { ...POOL, budgets: [{ limit: SPENDER.limit, window: 'total' }] },
        frail: { ...POOL, attempts: FRAIL_ATTEMPTS },
      },
    },
  },
};

/** All agents of the fleet. */
export const AGENTS = Object.keys(FLEET.orgs['acme']?.agents ?? {});

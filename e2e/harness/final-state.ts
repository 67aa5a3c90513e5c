import type { TaskEvent } from '../../controller/contract/wire/index.ts';
import type { AgentStatus, BudgetStatus, Page, TaskSummary } from '../../controller/dispatch/index.ts';
import type { Caller } from './caller.ts';

/** Everything that the controller says about the org, once no more work is done. */
export interface FinalState {
  readonly tasks: readonly TaskSummary[];
  /** In the order of their transactions. */
  readonly events: readonly TaskEvent[];
  readonly agents: readonly AgentStatus[];
  readonly budgets: readonly BudgetStatus[];
}

const PAGE = 1000;

/** Reads it, page by page. */
export async function readFinalState(caller: Caller): Promise<FinalState> {
  const tasks: TaskSummary[] = [];
  let before = '';
  for (;;) {
    const page = await caller.get<Page<TaskSummary>>(`/tasks?limit=${PAGE}${before}`);
    tasks.push(...page.items);
    if (page.cursor === undefined) break;
    before = `&before=${page.cursor}`;
  }
  const events: TaskEvent[] = [];
  for (;;) {
    const last = events.at(-1)?.id;
    const { items } = await caller.get<{ items: TaskEvent[] }>(
      `/events?limit=${PAGE}${last === undefined ? '&after=0-0' : `&after=${last}`}`,
    );
    events.push(...items);
    if (items.length < PAGE) break;
  }
  const agents = await caller.get<{ items: AgentStatus[] }>('/agents');
  const budgets = await caller.get<{ items: BudgetStatus[] }>('/budgets');
  return { tasks, events, agents: agents.items, budgets: budgets.items };
}

/** How many tasks have not ended. */
export async function countOpen(caller: Caller): Promise<number> {
  const states = ['waiting', 'queued', 'paused', 'claimed', 'running'];
  const pages = await Promise.all(states.map(async (state) => caller.get<Page<TaskSummary>>(`/tasks?limit=${PAGE}&state=${state}`)));
  return pages.reduce((sum, { items }) => sum + items.length, 0);
}

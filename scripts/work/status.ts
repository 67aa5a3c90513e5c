import type { Question } from '../../controller/contract/wire/index.ts';
import { paint, print } from '../print.ts';
import { type BudgetStatus, budgetRow } from './cost.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';
import { questionLines } from './show-questions.ts';
import { show, type ShowOptions, showTable } from './show.ts';

/** Options of `fleetwright status`. */
export interface StatusOptions extends ServerOptions, ShowOptions {}

interface AgentStatus {
  readonly agent: string;
  readonly running: number;
  readonly queued: number;
  readonly paused: boolean;
}

interface OrgStatus {
  readonly org: string;
  readonly agents: readonly AgentStatus[];
  /** What waits for a person. */
  readonly questions: readonly Question[];
  readonly budgets: readonly BudgetStatus[];
}

/** Shows what runs, what waits for a person, and what was spent. Answers with the exit code. */
export async function showStatus(options: StatusOptions): Promise<number> {
  const servers = await findOrgs(options);
  const orgs = await Promise.all(servers.map(readStatus));
  const url = servers[0]?.url ?? '';
  const asked = servers.flatMap((server, i) => (orgs[i]?.questions ?? []).map((question) => ({ server, question })));
  const lines = await questionLines(asked, options);
  show({ url, orgs }, options, () => {
    print(`${paint.bold('The fleet runs')} at ${url}\n`);
    const rows = orgs.flatMap(({ org, agents }) =>
      agents.map(({ agent, running, queued, paused }) => [org, agent, running, queued, paused ? 'on hold' : '']),
    );
    showTable(['ORG', 'AGENT', 'RUNNING', 'QUEUED', ''], rows);
    const budgets = orgs.flatMap((each) => each.budgets);
    if (budgets.length > 0) print();
    if (budgets.length > 0) showTable(['BUDGET', 'WINDOW', 'SPENT', 'RESERVED', 'LIMIT'], budgets.map(budgetRow));
    print(lines.join('\n'));
  });
  return 0;
}

async function readStatus(server: OrgServer): Promise<OrgStatus> {
  const [agents, questions, budgets] = await Promise.all([
    server.get<{ readonly items: readonly AgentStatus[] }>('/agents'),
    server.get<{ readonly items: readonly Question[] }>('/questions?open=true'),
    server.get<{ readonly items: readonly BudgetStatus[] }>('/budgets'),
  ]);
  return { org: server.org, agents: agents.items, questions: questions.items, budgets: budgets.items };
}
